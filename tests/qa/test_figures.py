"""Two answers give different figures where figures of one kind differ."""

import pytest

from qa.figures import give_different_figures


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("£1,850", "a deposit of £1,950"),
        ("every three months", "every six weeks"),
        ("28 days", "You have 26 days of annual leave"),
        ("22:40", "at 23:10"),
        ("11 October 1847", "Built in 1851"),
        ("12 %", "15%"),
        ("35-year-old", "36 years"),
        ("parking space numbered 14", "space 41"),
        ("$5,400.00", "$5,500"),
    ],
)
def test_other_figures_of_the_same_kind_differ(one, other):
    assert give_different_figures([one], [other])
    assert give_different_figures([other], [one])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("£1,850", "£1,850.00"),
        ("three months", "3 months"),
        ("1851", "on 3 May 1851"),
        ("£1,850", "in 1851"),
        ("Canada", "Brazil"),
        ("five", "7.5 tonnes"),
        ("QDS-550-2187", "TPO/2025/0386-K"),
        ("", "5"),
        ("28 days and 3 weeks", "28 days"),
        ("x" * 100_000, "1," * 50_000),
    ],
)
def test_the_same_figure_or_one_of_another_kind_does_not(one, other):
    assert not give_different_figures([one], [other])
