"""Draws where time goes: a stacked bar of what was measured above one of the floors."""

from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from benchmarks.stages.rows import Profile

_COLOURS = (
    "#b45309",
    "#f59e0b",
    "#fde68a",
    "#0f766e",
    "#2dd4bf",
    "#ccfbf1",
    "#334155",
    "#64748b",
    "#94a3b8",
    "#cbd5e1",
    "#e2e8f0",
    "#f1f5f9",
)


def draw(profiles: Sequence[Profile], target: Path) -> None:
    """Draw the profiles one above the other."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "verbatim"
    from matplotlib import pyplot as plt

    figure, places = plt.subplots(
        len(profiles), 1, figsize=(9, 2.6 * len(profiles)), layout="constrained"
    )
    for place, profile in zip(places, profiles, strict=True):
        scale, unit = (1, "s") if profile.wall >= 1 else (1000, "ms")
        ends = [0.0, 0.0]  # of the bars so far: floors, measured
        for row, colour in zip(profile.rows, cycle(_COLOURS), strict=False):
            widths = [scale * (row.floor or 0.0), scale * row.wall]
            place.barh([0, 1], widths, left=ends, color=colour, label=row.stage)
            ends = [end + width for end, width in zip(ends, widths, strict=True)]
        for height, end in enumerate(ends):
            place.annotate(f" {end:.3g} {unit}", (end, height), va="center", fontsize="small")
        place.set_yticks([0, 1], ["floor", "measured"])
        place.set(title=profile.title, xlabel=unit, xlim=(0, 1.12 * ends[1]))
        place.spines[["top", "right"]].set_visible(False)
        place.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, fontsize="small")
    figure.savefig(target, metadata={"Date": None} if target.suffix == ".svg" else None)
