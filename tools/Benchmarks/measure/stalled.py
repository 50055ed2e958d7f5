"""What clients who have stopped reading take from the others."""

import os

from .processes import free_port, peak_memory, scratch
from .report import Result


# Seconds after which the readers' sockets, and what the server keeps for each, are full.
FILLING = 12


def stalled(bench):
    """What players notice of a thousand who watch them and have stopped reading, and what that takes of
    the server's memory: once the thousand are behind, and in the seconds before, in which what is sent
    still goes into the buffers of a thousand sockets."""
    shape = ("--connections", 200, "--in-flight", 1)

    def run(readers, warm_up):
        with scratch(bench.directory) as path:
            data, port = os.path.join(path, "data"), free_port()
            with bench.finalverse_server(data, port) as server:
                bench.load("moves", "--port", port, "--connections", 50)
                with peak_memory(server) as memory:
                    load = bench.load(
                        "stalled", "--subscribers", readers, "--port", port, "--warm-up", warm_up,
                        *shape)
                return {**load, "memory": memory.grown}

    alone, beside, filling = bench.typical(
        "p99_us", lambda: run(0, FILLING), lambda: run(1000, FILLING), lambda: run(1000, 0))
    detail = f"alone {alone['p99_us'] / 1000:.1f} ms"
    yield Result(
        "p99 of moves, 200 × 1, beside 1,000 that stopped reading", beside["p99_us"] / 1000, "ms",
        most=1.5 * alone["p99_us"] / 1000, detail=detail,
        raw={"finalverse": beside, "alone": alone})
    yield Result(
        "the same, in the seconds in which their buffers fill", filling["p99_us"] / 1000, "ms",
        detail=detail, raw={"finalverse": filling, "alone": alone})
    yield Result(
        "memory for 1,000 that stopped reading", (beside["memory"] - alone["memory"]) / 1e6, "MB",
        most=100, detail=f"{beside['memory'] / 1e6:.0f} MB with them, {alone['memory'] / 1e6:.0f} without",
        raw={"finalverse": beside, "alone": alone})
