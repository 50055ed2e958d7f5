"""Runs the benchmarks; started by tools/bench, which builds what they need."""

import argparse
import os
import resource
import sys

from measure.benchmarks import ALL, Bench, Failed
from measure.report import json_text, machine_text, markdown


def parse():
    names = ", ".join(ALL)
    parser = argparse.ArgumentParser(
        prog="tools/bench",
        description="Measures Finalverse beside its peers on this machine.",
        epilog="example: tools/bench commands --seconds 10 --markdown table.md")
    option = parser.add_argument
    option("names", nargs="*", metavar="NAME", help=f"some of {names}; without any, all of them")
    option("--seconds", type=float, default=5, help="how long each measurement lasts; 5")
    option("--rounds", type=int, default=1, help="how often, of which the median is shown; 1")
    option("--entries", type=int, default=5_000_000, help="length of the long log; 5000000")
    option("--directory", metavar="DIR", help="on the disk to be measured; in tools/Benchmarks")
    option("--json", metavar="FILE", help="writes everything there as JSON")
    option("--markdown", metavar="FILE", help="writes the table there")
    option("--finalverse", help=argparse.SUPPRESS)
    option("--programs", help=argparse.SUPPRESS)
    options = parser.parse_args()
    for name in options.names:
        if name not in ALL:
            parser.error(f"there is no benchmark {name}; there are {names}")
    return options


def main():
    options = parse()
    os.chdir(os.environ.get("BENCH_CALLER_DIRECTORY", "."))
    # A thousand subscribers are more files than many systems allow a program at first.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    bench = Bench(options, options.finalverse, options.programs)
    results, failures = [], []
    for name in options.names or ALL:
        print(f"measuring {name}", file=sys.stderr, flush=True)
        try:
            for result in ALL[name](bench):
                results.append(result)
        except Failed as failure:
            failures.append(name)
            print(f"{name} failed: {failure}", file=sys.stderr)
    machine = machine_text()
    table = markdown(results, machine)
    print(table)
    for path, text in ((options.markdown, table), (options.json, json_text(results, machine))):
        if path:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text + "\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
