"""What a world costs that lives by itself, and what its players notice of that."""

import contextlib
import copy
import json
import os
import time
import urllib.request

from .processes import free_port, scratch, serving
from .report import Result, figure_text

COLUMNS, ROWS = 40, 25
SPECIES_PER_WORLD = 20
ECHOES_PER_REGION = 10
BOTS = 2_000
# Real seconds in which thirty days of the world are to pass.
MONTH_SECONDS = 300
DAYS = 30
# What a world consists of that does not live.
LIFELESS = (
    "name", "seed", "columns", "rows", "cellMm", "rules", "regions", "itemKinds", "boards")


def living(bench):
    """A thousand regions with twenty species and ten echoes each: its own work with nobody there and beside
    2,000 bots, a month in five minutes, bytes of log, and the delays of moves with and without it."""
    with scratch(bench.directory) as path:
        world = large_world(bench, path)
        still = {key: world[key] for key in LIFELESS if key in world}
        yield from quiet(bench, path, world)
        yield hurried(bench, path, world)
        yield from busy(bench, path, world, still)
        yield delays(bench, path, world, still)


def large_world(bench, path):
    """The built-in world, with its regions and species again and again until there are enough."""
    data, port = os.path.join(path, "founding", "data"), free_port()
    os.makedirs(os.path.dirname(data))
    with bench.finalverse_server(data, port):
        pass
    with open(os.path.join(data, "world.json"), encoding="utf-8") as file:
        world = json.load(file)
    world.update(name="Bench", columns=COLUMNS, rows=ROWS)
    world["regions"] = [
        {**copy.deepcopy(world["regions"][number % len(world["regions"])]),
         "name": f"Region {number}"}
        for number in range(COLUMNS * ROWS)
    ]
    counted = [kind for kind in world["species"] if kind["speciesClass"] != "SPECIES_CLASS_WONDER"]
    for number in range(SPECIES_PER_WORLD - len(world["species"])):
        kind = counted[number % len(counted)]
        world["species"].append(
            {**kind, "species": len(world["species"]) + 1, "name": f"{kind['name']} {number}"})
    kinds = len(world["echoRules"]["kinds"])
    world["echoes"] = [
        {"kind": number % kinds + 1, "region": number // ECHOES_PER_REGION + 1}
        for number in range(COLUMNS * ROWS * ECHOES_PER_REGION)
    ]
    return world


@contextlib.contextmanager
def world_served(bench, path, world, speed=None):
    """A new world, served until the block ends; yields what asks its server for metrics, and its port."""
    with scratch(path) as own:
        port, file = free_port(), os.path.join(own, "bench.json")
        if speed:
            world = {**world, "clock": {**world["clock"], "speedPermille": str(speed * 1_000)}}
        with open(file, "w", encoding="utf-8") as output:
            json.dump(world, output)
        with bench.finalverse_server(os.path.join(own, "data"), port, "--world", file):
            yield lambda: metrics(port), port


def metrics(port):
    """What a server tells of itself, by name; those with labels are left out."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as response:
        lines = response.read().decode().splitlines()
    rows = (line.rsplit(" ", 1) for line in lines if line and line[0] != "#" and "{" not in line)
    return {name: float(value) for name, value in rows}


def spent(before, after, seconds):
    """What a server did in some seconds of real time."""
    gained = {name: after[name] - before.get(name, 0) for name in after}
    return {
        "seconds": seconds,
        "cores": gained["process_cpu_seconds_total"] / seconds,
        "engine_cores": gained["finalverse_engine_busy_seconds_total"] / seconds,
        "entries": gained["finalverse_entries_total"],
        "bytes": gained["finalverse_entry_bytes_total"],
        "lag_s": after["finalverse_scheduler_lag_seconds"],
    }


def watched(ask, seconds):
    before, begun = ask(), time.monotonic()
    time.sleep(seconds)
    return spent(before, ask(), time.monotonic() - begun)


def hours(world, seconds):
    """Hours of the world that pass in some seconds."""
    return seconds * int(world["clock"]["speedPermille"]) / 1_000 / 3_600


def log_row(name, world, run):
    passed = hours(world, run["seconds"])
    return Result(
        name, run["bytes"] / passed / 1e3, "kB",
        detail=f"{figure_text(run['entries'] / passed)} entries", raw={"finalverse": run})


def quiet(bench, path, world):
    """With nobody there, at the speed of the built-in world."""
    with world_served(bench, path, world) as (ask, _):
        run = watched(ask, 12 * bench.seconds)
    yield Result(
        "a world's own work, nobody there", 100 * run["cores"], "% of a core", most=5,
        detail=f"{100 * run['engine_cores']:.1f} % in the engine", raw={"finalverse": run})
    yield log_row("log of a quiet hour of the world", world, run)


def hurried(bench, path, world):
    """At a speed at which thirty days pass in five minutes."""
    speed = DAYS * 86_400 // MONTH_SECONDS
    with world_served(bench, path, world, speed) as (ask, _):
        run = watched(ask, 6 * bench.seconds)
    return Result(
        "processor time for 30 days in five minutes", run["cores"] * MONTH_SECONDS, "s",
        most=MONTH_SECONDS,
        detail=f"{figure_text(run['entries'] / run['seconds'])} entries/s, {run['lag_s']:.2f} s behind",
        raw={"finalverse": run})


def busy(bench, path, world, still):
    """Beside bots, and what the same bots cost where nothing lives by itself."""
    def run(world):
        with world_served(bench, path, world) as (ask, port):
            seconds = 12 * bench.seconds
            words = [
                bench.finalverse, "bots", "--count", BOTS, "--for", f"{int(seconds + 30)}s",
                "--url", f"ws://127.0.0.1:{port}/ws", "--json"]
            with serving(words, os.path.join(path, "bots.log"), lambda _: is_full(ask)):
                return watched(ask, seconds)

    alive, dead = run(world), run(still)
    yield Result(
        "a world's own work, beside 2,000 bots", 100 * (alive["cores"] - dead["cores"]),
        "% of a core", most=5,
        detail=f"server {100 * alive['cores']:.0f} %, without life {100 * dead['cores']:.0f} %",
        raw={"finalverse": alive, "still": dead})
    yield log_row("log of a busy hour of the world", world, alive)


def is_full(ask):
    return ask()["finalverse_sessions"] >= 0.95 * BOTS


def delays(bench, path, world, still):
    """Moves in a world that lives and in one that does not."""
    shape = ("--connections", 50, "--in-flight", 1)

    def run(world):
        with world_served(bench, path, world) as (_, port):
            return bench.load("moves", "--port", port, *shape)

    alive, dead = bench.typical("p99_us", lambda: run(world), lambda: run(still))
    return Result(
        "p99 of moves, 50 × 1, in a world that lives", alive["p99_us"] / 1000, "ms",
        most=1.2 * dead["p99_us"] / 1000, detail=f"without life {dead['p99_us'] / 1000:.1f} ms",
        raw={"finalverse": alive, "still": dead})
