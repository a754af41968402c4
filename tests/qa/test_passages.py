from hypothesis import given
from hypothesis import strategies as st

from qa.passages import LONGEST_PASSAGE, Ranked, group_neighbours


def places(*found: tuple[int, int, float]) -> list[Ranked]:
    """Sentences of one document as (paragraph, number, score)."""
    return [Ranked(1, paragraph, number, score) for paragraph, number, score in found]


def test_neighbours_of_like_score_in_a_paragraph_are_one_passage():
    found = places((0, 5, 1.0), (0, 9, 0.9), (0, 6, 0.8))

    assert group_neighbours(found, 2) == [[0, 2], [1]]


def test_a_neighbour_of_much_lower_score_stays_apart():
    assert group_neighbours(places((0, 5, 1.0), (0, 6, 0.7)), 2) == [[0], [1]]


def test_a_passage_does_not_cross_paragraphs_or_documents():
    assert group_neighbours(places((0, 5, 1.0), (1, 6, 1.0)), 2) == [[0], [1]]
    assert group_neighbours([Ranked(1, 0, 5, 1.0), Ranked(2, 0, 6, 1.0)], 2) == [
        [0],
        [1],
    ]


def test_the_sentences_of_a_passage_are_in_the_order_of_the_text():
    assert group_neighbours(places((0, 5, 1.0), (0, 4, 1.0), (0, 6, 1.0)), 1) == [[1, 0, 2]]


def test_a_passage_has_an_end():
    found = places(*((0, number, 1.0) for number in range(1, 9)))

    assert [len(passage) for passage in group_neighbours(found, 3)] == [3, 3, 2]


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(1, 12), st.floats(0, 1)),
        unique_by=lambda place: (place[0], place[2]),
    ),
    st.integers(1, 8),
)
def test_no_sentence_is_shown_twice_and_the_best_come_first(found, k):
    ranked = sorted((Ranked(*place) for place in found), key=lambda place: -place.score)

    passages = group_neighbours(ranked, k)

    shown = [index for passage in passages for index in passage]
    assert len(shown) == len(set(shown))
    assert len(passages) == min(k, len(passages))
    assert set(range(min(k, len(ranked)))) <= set(shown), "the first k found are all shown"
    assert [min(passage) for passage in passages] == sorted(min(p) for p in passages)
    for passage in passages:
        numbers = [ranked[index].number for index in passage]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        assert len(numbers) <= LONGEST_PASSAGE
