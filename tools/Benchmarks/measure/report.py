"""The results, for people and for programs."""

import dataclasses
import json
import os
import platform
import subprocess


@dataclasses.dataclass
class Result:
    """One measurement: ours, and a peer's in the same shape where one is named."""

    name: str
    figure: float                   # What was measured of Finalverse, in `unit`.
    unit: str
    peer: str = ""
    peer_figure: float = 0
    goal: float = 0                 # The ratio of both to reach; without a peer, the figure itself.
    most: float = 0                 # Where less is better: the figure not to exceed.
    detail: str = ""
    raw: dict = dataclasses.field(default_factory=dict)

    @property
    def ratio(self):
        return self.figure / self.peer_figure if self.peer_figure else None

    @property
    def reached(self):
        if self.most:
            return self.figure <= self.most
        if not self.goal:
            return None
        return (self.ratio if self.peer else self.figure) >= self.goal


def figure_text(value):
    """Three digits that matter: 1.23 M, 45.6 k."""
    for size, letter in ((1e6, " M"), (1e3, " k")):
        if value >= size:
            value /= size
            break
    else:
        letter = ""
    return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f}{letter}"


def cells(result):
    goal = ""
    if result.reached is not None:
        wanted = figure_text(result.most or result.goal)
        goal = f"{result.goal:g} ×" if result.peer else f"≤ {wanted}" if result.most else wanted
        goal = goal if result.reached else f"{goal} (missed)"
    return (
        result.name,
        f"{figure_text(result.figure)} {result.unit}",
        f"{figure_text(result.peer_figure)} ({result.peer})" if result.peer else "",
        f"{result.ratio:.2f} ×" if result.ratio else "",
        goal,
        result.detail,
    )


HEAD = ("measured", "Finalverse", "peer", "ratio", "goal", "detail")


def markdown(results, machine):
    rows = [HEAD, *(cells(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ["| " + " | ".join(text.ljust(width) for text, width in zip(row, widths)) + " |"
             for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    legend = "Delays are p50 / p99 / p99.9; µs are the server's processor time for one command."
    return "\n".join([*lines, "", f"{legend} {machine}"])


def machine_text():
    """What it ran on, in a sentence."""
    model = "unknown processor"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    version = swift.split("Swift version ")[-1].split(" ")[0]
    return (f"{os.cpu_count()} cores of {model}, {memory:.0f} GiB, Linux {platform.release()}, "
            f"Swift {version}.")


def json_text(results, machine):
    rows = [
        {**dataclasses.asdict(result), "ratio": result.ratio, "reached": result.reached}
        for result in results
    ]
    return json.dumps({"machine": machine, "results": rows}, indent=2)
