from hypothesis import given
from hypothesis import strategies as st

from index import Hit, Sentence
from qa.passages import LONGEST_PASSAGE, group_neighbours
from qa.reader.ranking import RankedSentence


def ranked(document: int, paragraph: int, number: int, score: float) -> RankedSentence:
    sentence = Sentence(100 * document + number, document, number, paragraph, 0, 5, "Word.")
    return RankedSentence(Hit(sentence.id, score), sentence, None, None, score)


def grouped(found: list[RankedSentence], k: int) -> list[list[int]]:
    """Return the sentences of each passage as indices into those found."""
    return [[found.index(item) for item in passage] for passage in group_neighbours(found, k)]


def places(*found: tuple[int, int, float]) -> list[RankedSentence]:
    """Sentences of one document as (paragraph, number, score)."""
    return [ranked(1, paragraph, number, score) for paragraph, number, score in found]


def test_neighbours_of_like_score_in_a_paragraph_are_one_passage():
    found = places((0, 5, 1.0), (0, 9, 0.9), (0, 6, 0.8))

    assert grouped(found, 2) == [[0, 2], [1]]


def test_a_neighbour_of_much_lower_score_stays_apart():
    assert grouped(places((0, 5, 1.0), (0, 6, 0.7)), 2) == [[0], [1]]


def test_a_passage_does_not_cross_paragraphs_or_documents():
    assert grouped(places((0, 5, 1.0), (1, 6, 1.0)), 2) == [[0], [1]]
    assert grouped([ranked(1, 0, 5, 1.0), ranked(2, 0, 6, 1.0)], 2) == [[0], [1]]


def test_the_sentences_of_a_passage_are_in_the_order_of_the_text():
    assert grouped(places((0, 5, 1.0), (0, 4, 1.0), (0, 6, 1.0)), 1) == [[1, 0, 2]]


def test_a_passage_has_an_end():
    found = places(*((0, number, 1.0) for number in range(1, 9)))

    assert [len(passage) for passage in grouped(found, 3)] == [3, 3, 2]


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(1, 12), st.floats(0, 1)),
        unique_by=lambda place: (place[0], place[2]),
    ),
    st.integers(1, 8),
)
def test_no_sentence_is_shown_twice_and_the_best_come_first(found, k):
    best_first = sorted((ranked(*place) for place in found), key=lambda item: -item.score)

    passages = grouped(best_first, k)

    shown = [index for passage in passages for index in passage]
    assert len(shown) == len(set(shown))
    assert len(passages) == min(k, len(passages))
    assert set(range(min(k, len(best_first)))) <= set(shown), "the first k found are all shown"
    assert [min(passage) for passage in passages] == sorted(min(p) for p in passages)
    for passage in passages:
        numbers = [best_first[index].sentence.number for index in passage]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        assert len(numbers) <= LONGEST_PASSAGE


def test_a_sentence_between_two_passages_joins_the_better_one_that_has_room():
    found = places((0, 1, 1.0), (0, 2, 0.9), (0, 3, 0.9), (0, 5, 0.9), (0, 4, 0.9))

    assert grouped(found, 5) == [[0, 1, 2], [4, 3]]
    assert grouped(places((0, 5, 1.0), (0, 3, 0.9), (0, 4, 0.8)), 5) == [[2, 0], [1]]


def test_a_sentence_found_is_compared_with_its_neighbours_and_not_with_all_before_it():
    compared = []

    class Document(int):
        def __eq__(self, other: object) -> bool:
            compared.append(other)
            return int(self) == other

        __hash__ = int.__hash__

    found = [ranked(Document(1), number, 2 * number, 1.0) for number in range(2_000)]

    assert len(group_neighbours(found, 1_000)) == 1_000
    assert len(compared) <= 2 * len(found)
