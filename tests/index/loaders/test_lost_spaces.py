"""Spaces that were lost between words are found by the gaps on the picture."""

import numpy as np
import pytest

from index.loading.loaders.lost_spaces import ReadLine, with_lost_spaces

HEIGHT = 40
LETTER, GAP, SPACE = 16, 4, 14  # pixels


def drawn(words, *, space=SPACE, dark=False, gap=GAP):
    """Return a picture of words, each letter a box, and where its letters are."""
    columns, places = [0] * 6, []
    for number, word in enumerate(words.split()):
        columns += [0] * (space if number else 0)
        for at, _ in enumerate(word):
            columns += [0] * (gap if at else 0)
            places.append(len(columns) + LETTER / 2)
            columns += [1] * LETTER
    columns += [0] * 6
    row = np.array(columns, np.uint8)
    ink = np.zeros((HEIGHT, len(row)), np.uint8)
    ink[18:23] = row
    grey = 230 * ink + 10 if dark else 240 - 220 * ink
    return np.repeat(grey[:, :, None], 3, axis=2).astype(np.uint8), tuple(places)


def reader(words):
    """Return what reads parts of a picture of words as they are, one after the other."""
    letters = iter(words.replace(" ", ""))
    said = []

    def read(pictures):
        for picture in pictures:
            inked = np.abs(picture[20, :, 1].astype(int) - int(picture[0, 0, 1])) > 100
            edges = np.flatnonzero(np.diff(inked.astype(int)))
            text = next(letters)
            for end, begin in zip(edges[1::2], edges[2::2], strict=False):
                text += " " * int(begin - end > GAP) + next(letters)
            said.append(text)
        return said

    return read, said


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    "read_as", ["The gate opensat seven", "Thegate opens at seven", "Thegateopensatseven"]
)
def test_a_space_that_is_seen_and_was_not_read_is_there(dark, read_as):
    words = "The gate opens at seven"
    picture, places = drawn(words, dark=dark)

    (found,) = with_lost_spaces([ReadLine(picture, read_as, places)], reader(words)[0])

    assert found == words


@pytest.mark.parametrize(
    ("shown", "read_as"),
    [
        ("The gate opens", "The gate opens"),  # nothing is lost
        ("TheGateOpens", "TheGateOpens"),  # as it is printed
    ],
)
def test_where_nothing_is_lost_nothing_is_read_again(shown, read_as):
    picture, places = drawn(shown)
    read, said = reader(shown)

    assert with_lost_spaces([ReadLine(picture, read_as, places)], read) == [read_as]
    assert said == []


def test_letters_that_are_set_apart_are_one_word():
    picture, places = drawn("HARBOUR", gap=12)
    read, said = reader("HARBOUR")

    assert with_lost_spaces([ReadLine(picture, "HARBOUR", places)], read) == ["HARBOUR"]
    assert said == []


def test_parts_that_are_read_as_something_else_are_not_taken():
    picture, places = drawn("The gate opens")

    found = with_lost_spaces(
        [ReadLine(picture, "Thegate opens", places)], lambda pictures: ["?" for _ in pictures]
    )

    assert found == ["Thegate opens"]


def test_figures_of_one_number_are_not_parted():
    picture, places = drawn("11 11 11")

    found = with_lost_spaces([ReadLine(picture, "111111", places)], lambda _: ["11", "11", "11"])

    assert found == ["111111"]


@pytest.mark.parametrize(
    ("text", "picture"),
    [
        ("", np.zeros((40, 100, 3), np.uint8)),
        ("仓库在三号楼后面", drawn("abcd efgh")[0]),
        ("abcdefgh", np.full((40, 200, 3), 255, np.uint8)),
        ("abcdefgh", np.full((1, 1, 3), 255, np.uint8)),
    ],
)
def test_what_shows_no_words_stays_as_it_is(text, picture):
    places = tuple(10.0 * at for at in range(len(text)))

    assert with_lost_spaces([ReadLine(picture, text, places)], lambda _: ["?"]) == [text]
