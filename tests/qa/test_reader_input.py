from dataclasses import dataclass

import pytest

from qa.reader.input import (
    AFTER,
    BEFORE,
    CANDIDATE,
    LONGEST_ANSWER,
    QUESTION,
    reader_input,
    windows,
)


@dataclass
class Words:
    """Tokens 100, 101, ... of three characters each."""

    ids: list[int]

    @property
    def offsets(self) -> list[tuple[int, int]]:
        return [(4 * place, 4 * place + 3) for place in range(len(self.ids))]


def words(first: int, count: int) -> Words:
    return Words(list(range(first, first + count)))


def test_the_candidate_comes_first_and_its_context_after():
    made = reader_input(words(100, 2), words(200, 3), words(300, 1), words(400, 1), cls=1, sep=2)

    assert made.ids == [1, 100, 101, 2, 200, 201, 202, 2, 300, 2, 400, 2]
    assert made.types == [0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0]
    assert made.ids[made.first] == 200
    assert made.offsets == [(0, 3), (4, 7), (8, 11)]


def test_what_is_too_long_is_cut_away_from_the_candidate():
    made = reader_input(
        words(1000, 300), words(2000, 300), words(3000, 300), words(4000, 300), cls=1, sep=2
    )

    assert len(made.ids) == len(made.types) == QUESTION + CANDIDATE + BEFORE + AFTER + 5
    assert made.ids[1] == 1000
    assert made.ids[made.first : made.first + 2] == [2000, 2001]
    assert len(made.offsets) == CANDIDATE
    assert 3299 in made.ids, "of the sentence before, the end stands next to the candidate"
    assert 4000 in made.ids
    assert 4299 not in made.ids


def test_a_sentence_without_neighbours_is_read_too():
    made = reader_input(words(100, 1), words(200, 1), Words([]), Words([]), cls=1, sep=2)

    assert made.ids == [1, 100, 2, 200, 2, 2, 2]


@pytest.mark.parametrize("count", [0, 1, CANDIDATE])
def test_a_sentence_that_can_be_read_whole_is_read_once(count):
    parts = words(2000, count), words(3000, 5), words(4000, 5)

    assert list(windows(*parts)) == [parts]


@pytest.mark.parametrize("count", [CANDIDATE + 1, 160, 161, 250, 1000])
def test_every_answer_of_a_long_sentence_lies_whole_in_one_of_its_windows(count):
    made = [set(piece.ids) for piece, _, _ in windows(words(0, count), words(0, 0), words(0, 0))]

    assert all(len(piece) == CANDIDATE for piece in made)
    for first in range(count - LONGEST_ANSWER + 1):
        answer = set(range(first, first + LONGEST_ANSWER))
        assert any(answer <= piece for piece in made)
    assert len(made) <= 2 + (count - CANDIDATE) // (CANDIDATE - LONGEST_ANSWER - 2)


def test_the_windows_of_a_long_sentence_keep_their_places_and_what_stands_around_them():
    sentence, before, after = words(2000, 250), words(3000, 5), words(4000, 5)
    first, *middle, last = windows(sentence, before, after)

    assert (first[1], last[2]) == (before, after)
    assert first[2].ids[0] == first[0].ids[-1] + 1
    for piece, left, right in middle:
        assert [*left.ids, *piece.ids, *right.ids] == sentence.ids
        assert [*left.offsets, *piece.offsets, *right.offsets] == sentence.offsets
    assert last[0].offsets[-1] == sentence.offsets[-1]
