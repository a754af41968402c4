"""Fusion, by numbers worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search.fusion import DENSE, HYBRID, LEXICAL, Weights, min_max, weighted_sum


def test_min_max_scales_to_zero_and_one():
    assert min_max({1: 2.0, 2: 6.0, 3: 3.0}) == {1: 0.0, 2: 1.0, 3: 0.25}


def test_min_max_of_equal_scores_is_one():
    assert min_max({7: 0.3}) == {7: 1.0}
    assert min_max({1: 5.0, 2: 5.0}) == {1: 1.0, 2: 1.0}
    assert min_max({}) == {}


def test_weighted_sum_is_the_hand_worked_ranking():
    # dense scaled: 1 -> 1, 2 -> .5, 3 -> 0; lexical scaled: 2 -> 1, 4 -> 0
    dense = {1: 0.9, 2: 0.5, 3: 0.1}
    lexical = {2: 8.0, 4: 2.0}

    fused = weighted_sum(dense, lexical, {}, lambda key: Weights(0.4, 0.6, 0.0))

    assert [key for key, _ in fused] == [2, 1, 3, 4]
    assert [score for _, score in fused] == pytest.approx([0.4 * 0.5 + 0.6 * 1, 0.4, 0.0, 0.0])


def test_equal_scores_come_in_the_order_of_ids():
    equal = weighted_sum({9: 1.0, 2: 1.0, 5: 1.0}, {}, {}, lambda key: DENSE)

    assert equal == [(2, 1.0), (5, 1.0), (9, 1.0)]


def test_each_sentence_is_weighted_by_its_own_weights():
    # dense scaled: 1 -> 1, 2 -> 0; lexical scaled: 1 -> 0, 2 -> 1
    fused = weighted_sum(
        {1: 0.9, 2: 0.8},
        {1: 3.0, 2: 5.0},
        {},
        lambda key: Weights(0.9, 0.1, 0) if key == 1 else LEXICAL,
    )

    assert fused == [(2, 1.0), (1, 0.9)]


@pytest.mark.parametrize("weights", [HYBRID, DENSE, LEXICAL])
def test_weights_add_up_to_one(weights):
    assert weights.dense + weights.lexical + weights.window == pytest.approx(1)


SCORES = st.dictionaries(st.integers(0, 20), st.floats(-1e6, 1e6), max_size=10)


@given(SCORES, SCORES, SCORES)
def test_fusion_loses_and_invents_no_id_and_gives_scores_from_0_to_1(dense, lexical, window):
    fused = weighted_sum(dense, lexical, window, lambda key: HYBRID)

    assert {key for key, _ in fused} == {*dense, *lexical, *window}
    assert all(-1e-9 <= score <= 1 + 1e-9 for _, score in fused)
