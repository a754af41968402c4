"""What the reader's confidence is worth: risk against coverage, and stated against true shares."""

from collections.abc import Sequence
from pathlib import Path

from qa import Outcome, Report
from qa.measuring.report import reliability

_SHARES = (1.0, 0.8, 0.6, 0.4, 0.2)


def risks(outcomes: Sequence[Outcome]) -> list[tuple[float, float]]:
    """Return the share of wrong answers among the surest 100, 80, 60, 40 and 20 % of questions."""
    curve = _risk_curve(outcomes)
    return [(share, curve[max(1, round(share * len(curve))) - 1]) for share in _SHARES]


def draw(report: Report, target: Path) -> None:
    """Draw the risk-coverage curve and the reliability diagram side by side."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "verbatim"
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    curve = _risk_curve(report.outcomes)
    left.plot([(place + 1) / len(curve) for place in range(len(curve))], curve, color="#b45309")
    left.set(xlabel="share of questions answered, the surest first", ylabel="share of these wrong")
    left.set(xlim=(0, 1), ylim=(0, None), title="Risk and coverage")
    tenths = reliability(report.outcomes)
    right.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    right.scatter(
        [tenth.stated for tenth in tenths],
        [tenth.true for tenth in tenths],
        s=[8 + 400 * tenth.count / len(report.outcomes) for tenth in tenths],
        color="#b45309",
    )
    right.set(xlabel="stated probability", ylabel="share of first sentences that answer")
    right.set(xlim=(0, 1), ylim=(0, 1))
    right.set_title(f"Calibration, expected error {report.calibration_error:.3f}")
    figure.savefig(target, metadata={"Date": None} if target.suffix == ".svg" else None)


def _risk_curve(outcomes: Sequence[Outcome]) -> list[float]:
    surest = sorted(outcomes, key=lambda outcome: -(outcome.confidence or 0.0))
    curve, wrong = [], 0
    for count, outcome in enumerate(surest, 1):
        wrong += outcome.rank != 1
        curve.append(wrong / count)
    return curve
