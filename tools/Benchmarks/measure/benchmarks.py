"""What is measured, each in a function that returns its results."""

import os
import statistics
import time

from .living import living
from .processes import (
    Failed, answers, free_port, listens, processor_seconds, repeating, resident_bytes,
    run_json, run_text, scratch, serving)
from .report import Result, figure_text
from .stalled import stalled

# Bytes of an entry with one event before and after its payload.
ENTRY_OVERHEAD = 56

# A load that never minds what the server puts up with.
LIMITS = ("--messages-per-second", 100_000_000, "--in-flight", 4096)


class Bench:
    def __init__(self, options, finalverse, programs):
        self.seconds = options.seconds
        self.rounds = options.rounds
        self.entries = options.entries
        self.directory = options.directory
        self.finalverse = finalverse
        self.programs = programs

    def load(self, mode, *arguments):
        return run_json(
            os.path.join(self.programs, "load"), mode, "--seconds", self.seconds, *arguments)

    def load_on(self, server, mode, *arguments):
        """As `load`, with what the server's processors had to do for one command."""
        before = processor_seconds(server)
        run = self.load(mode, *arguments)
        spent = processor_seconds(server) - before
        return {**run, "server_us_per_command": spent * 1e6 / max(1, run["acknowledged_ever"])}

    def typical(self, figure, *measurements):
        """Runs each measurement in turn, as many rounds as wanted. Returns of each the round
        whose figure is the median."""
        taken = [[measurement() for measurement in measurements] for _ in range(self.rounds)]
        middle = (self.rounds - 1) // 2
        return [sorted(rounds, key=lambda row: row[figure])[middle] for rounds in zip(*taken)]

    # Servers, each with a directory of its own.

    def finalverse_server(self, data, port, *options):
        return serving(
            [self.finalverse, "serve", "--data", data, "--listen", f"127.0.0.1:{port}", *LIMITS,
             *options],
            os.path.join(os.path.dirname(data), "serve.log"),
            lambda process: listens(process, port)
            and answers(f"http://127.0.0.1:{port}/ready"))

    def with_finalverse(self, mode, *arguments):
        with scratch(self.directory) as path:
            port = free_port()
            with self.finalverse_server(os.path.join(path, "data"), port) as server:
                return self.load_on(server, mode, "--port", port, *arguments)

    def with_redis(self, mode, *arguments):
        with scratch(self.directory) as path:
            port = free_port()
            command = [
                "redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", path,
                "--appendonly", "yes", "--appendfsync", "always",
                # Rewriting its file in the middle of a measurement would not be fair to it.
                "--auto-aof-rewrite-percentage", "0", "--save", "",
            ]
            log = os.path.join(path, "redis.log")
            with serving(command, log, lambda process: listens(process, port)) as server:
                return self.load_on(server, mode, "--port", port, *arguments)

    def with_bare_server(self, mode, *arguments):
        with scratch(self.directory) as path:
            port = free_port()
            command = [os.path.join(self.programs, "load"), "bare-server", "--port", port]
            log = os.path.join(path, "bare.log")
            with serving(command, log, lambda process: listens(process, port)):
                return self.load(mode, "--bare", "--port", port, *arguments)


def append(bench):
    """Our log beside LMDB driven from C; the same number of bytes a value, synced as often."""
    for batch in (256, 4096):
        def ours(payload):
            with scratch(bench.directory) as path:
                return run_json(
                    os.path.join(bench.programs, "append"), os.path.join(path, "log"), batch,
                    payload, bench.seconds)

        def lmdb():
            with scratch(bench.directory) as path:
                return bench.load(
                    "append-lmdb", "--directory", path, "--batch", batch, "--bytes", 160)

        entry, payload, alone = bench.typical(
            "entries_per_s", lambda: ours(160 - ENTRY_OVERHEAD), lambda: ours(160), lmdb)
        yield Result(
            f"append, batches of {batch:,}, entries of 160 bytes", entry["entries_per_s"],
            "entries/s", "LMDB from C", alone["entries_per_s"], goal=0.67,
            detail=f"{figure_text(payload['entries_per_s'])}/s with 160 bytes of payload",
            raw={"finalverse": entry, "payload_160": payload, "peer": alone})


def commands(bench):
    """Durable moves and trades beside Redis Streams."""
    for connections, in_flight, goal in ((500, 16, 1.5), (100, 64, 0), (50, 1, 3)):
        shape = ("--connections", connections, "--in-flight", in_flight)
        moves, trades, redis = bench.typical(
            "acknowledged_per_s",
            lambda: bench.with_finalverse("moves", *shape),
            lambda: bench.with_finalverse("trades", *shape),
            lambda: bench.with_redis("redis-streams", "--bytes", 64, *shape))
        for name, run in (("moves", moves), ("trade commands", trades)):
            detail = effort(run)
            if run["rejected"]:
                detail += f"; {run['rejected']} rejected ({run['first_refusal']})"
            yield Result(
                f"{name}, {connections} × {in_flight} in flight", run["acknowledged_per_s"], "/s",
                "Redis XADD", redis["acknowledged_per_s"], goal=goal,
                detail=f"{detail}; Redis {effort(redis)}",
                raw={"finalverse": run, "peer": redis})


def latencies(run):
    return " / ".join(f"{run[key] / 1000:.1f}" for key in ("p50_us", "p99_us", "p999_us")) + " ms"


def effort(run):
    return f"{latencies(run)}, {run['server_us_per_command']:.1f} µs"


def fanout(bench):
    """One region's events to 1,000 subscribers beside Redis pub/sub."""
    for in_flight, goal in ((32, 1.3), (256, 3)):
        shape = ("--subscribers", 1000, "--in-flight", in_flight)
        ours, redis = bench.typical(
            "deliveries_per_s",
            lambda: bench.with_finalverse("fanout", *shape),
            lambda: bench.with_redis("redis-fanout", "--bytes", 64, *shape))
        yield Result(
            f"fan-out to 1,000, {in_flight} in flight", ours["deliveries_per_s"], "deliveries/s",
            "Redis PUBLISH", redis["deliveries_per_s"], goal=goal,
            detail=f"{ours['missing']} missing; acknowledged in {latencies(ours)}",
            raw={"finalverse": ours, "peer": redis})


def write_history(bench, data, entries):
    """Fills a data directory over WebSocket: four moves to one command of a trade."""
    port = free_port()
    # Several segments, so that there is something to archive.
    with bench.finalverse_server(data, port, "--segment-bytes", 64 << 20):
        shape = ("--port", port, "--connections", 500, "--in-flight", 16, "--warm-up", 0)
        for mode, share in (("moves", 0.8), ("trades", 0.2)):
            run_json(
                os.path.join(bench.programs, "load"), mode, "--seconds", 600,
                "--entries", int(entries * share), *shape)


def history(bench):
    """What a long log costs: starting with it, looking back into it, rebuilding, copying it."""
    with scratch(bench.directory) as path:
        data = os.path.join(path, "data")
        write_history(bench, data, bench.entries)
        yield from starting(bench, data)
        yield from looking_back(bench, data)
        yield from rebuilding(bench, data)
        yield from copying(bench, data, os.path.join(path, "backup"))
        yield from exporting(bench, data, path)
        yield from archiving(bench, data)


def starting(bench, data):
    """From the start of the process until commands are accepted."""
    seconds = []
    for _ in range(bench.rounds):
        port, begun = free_port(), time.monotonic()
        with bench.finalverse_server(data, port):
            seconds.append(time.monotonic() - begun)
    typical = statistics.median_low(seconds)
    yield Result(
        f"start with images, log of {figure_text(bench.entries)} entries", typical, "s", most=2,
        raw={"seconds": seconds})


def looking_back(bench, data):
    """A player's goods as they were in the middle of the log, folded from its start, and from kept images."""
    # As far from the nearest kept images as can be.
    step = max(1, bench.entries // 10)
    middle = bench.entries // 2 - 1

    def look():
        seconds = []
        for _ in range(bench.rounds):
            begun = time.monotonic()
            run_json(
                bench.finalverse, "replay", "--data", data, "--at", middle, "--show", "inventory",
                "1000", "--json")
            seconds.append(time.monotonic() - begun)
        return seconds

    for kept, most in ((False, 0), (True, 1)):
        if kept:
            run_json(bench.finalverse, "keep", "--data", data, "--every", step, "--json")
        seconds = look()
        origin = f"from images kept every {step:,}" if kept else "from the start"
        yield Result(
            f"replay --at {middle:,} --show, {origin}", statistics.median_low(seconds), "s",
            most=most, raw={"seconds": seconds})


def rebuilding(bench, data):
    runs = [
        run_json(bench.finalverse, "rebuild", "--data", data, "--json")
        for _ in range(bench.rounds)
    ]
    rates = [run["events_per_second"] for run in runs]
    run = runs[rates.index(statistics.median_low(rates))]
    yield Result(
        f"rebuild of all projections, {figure_text(run['entries'])} entries",
        run["events_per_second"], "events/s", goal=1e6,
        detail=f"{figure_text(run['entries_per_second'])} entries/s, {run['seconds']:.1f} s",
        raw={"finalverse": run})


def copying(bench, data, backup):
    run = run_json(bench.finalverse, "backup", "--data", data, "--to", backup, "--json")
    rate = run["bytes_copied"] / run["seconds"]
    yield Result(
        "backup, every byte checked", rate / 1e6, "MB/s",
        detail=f"{figure_text(run['bytes_copied'])} bytes, {run['seconds']:.1f} s",
        raw={"finalverse": run})


def exporting(bench, data, path):
    """Everything, in each format."""
    for form in ("sqlite", "csv", "jsonl"):
        begun = time.monotonic()
        run_text(
            bench.finalverse, "export", "--data", data, "--format", form,
            os.path.join(path, f"world.{form}"))
        seconds = time.monotonic() - begun
        yield Result(
            f"export, {form}", bench.entries / seconds, "entries/s", detail=f"{seconds:.1f} s",
            raw={"seconds": seconds})


def archiving(bench, data):
    """All segments but the newest, read back and proved."""
    run = run_json(bench.finalverse, "archive", "--data", data, "--json")
    rate = run["entries"] / run["seconds"]
    before, after = (run[key] / run["entries"] for key in ("bytes_before", "bytes_after"))
    yield Result(
        "archive", rate, "entries/s",
        detail=f"{before:.0f} bytes an entry before, {after:.0f} after; "
        f"{figure_text(run['entry_bytes'] / run['seconds'])} bytes/s",
        raw={"finalverse": run})


def depth(bench):
    """Whether commands cost more the more has happened before."""
    with scratch(bench.directory) as path:
        data, port = os.path.join(path, "data"), free_port()
        lengths = [length for length in (1_000_000, 10_000_000, 50_000_000)
                   if length <= 10 * bench.entries]
        before, first = 0, {}
        for length in lengths:
            write_history(bench, data, length - before)
            before = length
            with bench.finalverse_server(data, port) as server:
                for connections, in_flight in ((500, 16), (50, 1)):
                    shape = ("--connections", connections, "--in-flight", in_flight)
                    run = bench.load_on(server, "moves", "--port", port, *shape)
                    shallow = first.setdefault(connections, run)
                    yield Result(
                        f"moves, {connections} × {in_flight}, after {figure_text(length)} entries",
                        run["acknowledged_per_s"], "/s", f"after {figure_text(lengths[0])}",
                        shallow["acknowledged_per_s"], goal=0.9, detail=effort(run),
                        raw={"finalverse": run})


def beside(bench):
    """What players notice of a copy that is made of their world, and of other long work."""
    shape = ("--connections", 50, "--in-flight", 1)
    with scratch(bench.directory) as path:
        data, port = os.path.join(path, "data"), free_port()
        write_history(bench, data, bench.entries // 5)
        with bench.finalverse_server(data, port) as server:
            def moves():
                return bench.load_on(server, "moves", "--port", port, *shape)

            alone = moves()
            for name, words in long_work(data, path):
                with repeating([bench.finalverse, *words], path) as work:
                    run = moves()
                yield Result(
                    f"p99 of moves, 50 × 1, beside {name}", run["p99_us"] / 1000, "ms",
                    most=1.5 * alone["p99_us"] / 1000,
                    detail=f"alone {alone['p99_us'] / 1000:.1f} ms; {work.count} times meanwhile",
                    raw={"finalverse": run, "alone": alone})


def long_work(data, path):
    """What an operator may start at any time, each with its command's words."""
    yield "backup", ["backup", "--data", data, "--to", os.path.join(path, "{}-backup")]
    yield "rebuild", ["rebuild", "--data", data, "--into", os.path.join(path, "{}-images")]
    yield "export", ["export", "--data", data, os.path.join(path, "{}-world.sqlite")]


def idle(bench):
    """What a player who stands still takes of the server's memory."""
    for connections in (10_000, 30_000):
        yield idle_players(bench, connections)


def idle_players(bench, connections):
    with scratch(bench.directory) as path:
        port, said = free_port(), os.path.join(path, "idle.json")
        load = [
            os.path.join(bench.programs, "load"), "idle", "--port", port,
            "--connections", connections, "--seconds", 60,
        ]
        with bench.finalverse_server(os.path.join(path, "data"), port) as server:
            # The first connections also pay for what is made once.
            bench.load("moves", "--port", port, "--connections", 50, "--warm-up", 0)
            before = resident_bytes(server)
            with serving(load, said, lambda _: os.path.getsize(said) > 0):
                each = (resident_bytes(server) - before) / connections
    return Result(
        f"memory of an idle player, of {connections:,}", each, "bytes", most=20_000,
        raw={"bytes": each})


def rank(bench):
    """What is asked of a leaderboard with a million players on it, in memory."""
    players = 1_000_000
    run = run_json(os.path.join(bench.programs, "rank"), players, bench.seconds)
    yield Result(
        f"rank and 10 neighbours, of {figure_text(players)} players", run["rank_us"], "µs", most=5,
        detail=f"top ten {run['top_us']:.2f} µs, new score {run['update_us']:.2f} µs, "
        f"made in {run['build_s']:.1f} s",
        raw=run)


def generator(bench):
    """What the load generator reaches when nothing holds it up."""
    for connections, in_flight in ((500, 16), (100, 64), (50, 1)):
        run = bench.with_bare_server(
            "moves", "--connections", connections, "--in-flight", in_flight)
        yield Result(
            f"generator's ceiling, {connections} × {in_flight} in flight",
            run["acknowledged_per_s"], "/s", detail=latencies(run), raw={"bare": run})
    for in_flight in (32, 256):
        run = bench.with_bare_server("fanout", "--in-flight", in_flight)
        yield Result(
            f"generator's ceiling, fan-out, {in_flight} in flight", run["deliveries_per_s"],
            "deliveries/s", detail=f"{run['load_cores']:.1f} cores", raw={"bare": run})


ALL = {
    "append": append,
    "commands": commands,
    "fanout": fanout,
    "history": history,
    "depth": depth,
    "beside": beside,
    "living": living,
    "stalled": stalled,
    "idle": idle,
    "rank": rank,
    "generator": generator,
}

__all__ = ["ALL", "Bench", "Failed"]
