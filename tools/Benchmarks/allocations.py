"""Counts what commands allocate; started by tools/allocations, which builds what it needs."""

import argparse
import json
import os
import struct
import sys

from measure.processes import Failed, free_port, run_json, scratch, serving
from measure.processes import answers, listens

# What is measured: mode of the load, connections, commands in flight on each, commands.
SHAPES = {
    "a move among others": ("moves", 2, 64, 40_000),
    "a trade's command among others": ("trades", 2, 64, 24_000),
    "a move alone": ("moves", 1, 1, 1_000),
}


def counted(path):
    """How often the server has allocated, and how many bytes."""
    with open(path, "rb") as file:
        return struct.unpack("=QQ", file.read(16))


class Server:
    """A server of a new world whose allocations are counted."""

    def __init__(self, options, path):
        self.options = options
        self.port = free_port()
        self.counts = os.path.join(path, "counts")
        self.running = serving(
            [options.finalverse, "serve", "--data", os.path.join(path, "data"), "--listen",
             f"127.0.0.1:{self.port}", "--messages-per-second", 100_000_000, "--in-flight", 4096],
            os.path.join(path, "serve.log"),
            lambda process: listens(process, self.port)
            and answers(f"http://127.0.0.1:{self.port}/ready"),
            {"LD_PRELOAD": options.library, "ALLOCATIONS": self.counts})

    def load(self, mode, connections, in_flight, commands):
        """Commands that took effect, and what was allocated meanwhile."""
        before = counted(self.counts)
        run = run_json(
            self.options.load, mode, "--port", self.port, "--connections", connections,
            "--in-flight", in_flight, "--warm-up", 0, "--seconds", 300, "--entries", commands)
        after = counted(self.counts)
        return [run["acknowledged_ever"], *(b - a for a, b in zip(before, after))]

    def each(self, mode, connections, in_flight, commands):
        """Allocations and bytes for one command: of two runs the difference, which leaves out what
        connecting costs."""
        short = self.load(mode, connections, in_flight, commands // 4)
        long = self.load(mode, connections, in_flight, commands + commands // 4)
        done, count, size = (b - a for a, b in zip(short, long))
        return count / done, size / done


def parse():
    parser = argparse.ArgumentParser(prog="tools/allocations", description=(
        "Counts how often the server allocates memory for a command, and fails when that is more than "
        "tools/Benchmarks/allocations.json allows. The number does not depend on the machine's speed."))
    option = parser.add_argument
    for name in ("finalverse", "load", "library", "allowed", "directory"):
        option(f"--{name}", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    options = parse()
    with open(options.allowed, encoding="utf-8") as file:
        allowed = json.load(file)
    exceeded = False
    with scratch(options.directory) as path:
        server = Server(options, path)
        with server.running:
            for name, shape in SHAPES.items():
                # What else a server does meanwhile only adds to it, so the least counts.
                count, size = min(server.each(*shape) for _ in range(3))
                verdict = "ok" if count <= allowed[name] else "TOO MANY"
                exceeded |= count > allowed[name]
                print(f"{name:32} {count:6.2f} allocations, {size:6.0f} bytes; "
                      f"allowed {allowed[name]:.2f}: {verdict}")
    return 1 if exceeded else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"tools/allocations: {failure}")
