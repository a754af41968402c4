"""What was measured, as rows of a table. Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.stages.stopwatch import Call

REST = "everything else"


@dataclass(frozen=True, slots=True)
class Row:
    """A stage.

    Attributes:
        stage: Its name.
        wall: Seconds; over several laps, their median.
        cpu: Seconds of processor time of this process, likewise.
        wall_p99: Seconds that 99 of 100 laps stay within.
        floor: The least seconds the machine would need; None if nothing tells.
        how: What the floor is.
    """

    stage: str
    wall: float
    cpu: float
    wall_p99: float
    floor: float | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """The stages of one piece of work, and the seconds that all of it takes, with its p99."""

    title: str
    rows: tuple[Row, ...]
    wall: float
    cpu: float
    wall_p99: float

    @property
    def floor(self) -> float:
        """Seconds of all floors that are known."""
        return sum(row.floor or 0.0 for row in self.rows)


@dataclass(frozen=True, slots=True)
class Lap:
    """One piece of work: the seconds it took, and the timed calls in it."""

    wall: float
    cpu: float
    calls: Sequence[Call]

    def stages(self) -> dict[str, tuple[float, float]]:
        """Return wall and processor seconds by stage; what was in no timed call is the rest."""
        found: dict[str, tuple[float, float]] = {}
        for call in self.calls:
            wall, cpu = found.get(call.stage, (0.0, 0.0))
            found[call.stage] = (wall + call.wall, cpu + call.cpu)
        timed = np.sum([*found.values(), (0.0, 0.0)], axis=0)
        return {**found, REST: (self.wall - timed[0], self.cpu - timed[1])}


def profile(title: str, laps: Sequence[Lap], floors: Mapping[str, tuple[float, str]]) -> Profile:
    """Return the medians of laps, the stages in the order of what they take.

    Args:
        title: What was done.
        laps: How often it was done, at least once.
        floors: For stages that have one, the floor in seconds and what it is.
    """
    by_lap = [lap.stages() for lap in laps]
    stages = {stage for found in by_lap for stage in found}
    rows = []
    for stage in stages:
        times = np.array([found.get(stage, (0.0, 0.0)) for found in by_lap])
        wall, cpu = np.median(times, axis=0).tolist()
        floor, how = floors.get(stage, (None, ""))
        rows.append(Row(stage, wall, cpu, float(np.quantile(times[:, 0], 0.99)), floor, how))
    rows.sort(key=lambda row: (row.stage == REST, -row.wall))
    walls, cpus = [lap.wall for lap in laps], [lap.cpu for lap in laps]
    return Profile(
        title,
        tuple(rows),
        float(np.median(walls)),
        float(np.median(cpus)),
        float(np.quantile(walls, 0.99)),
    )
