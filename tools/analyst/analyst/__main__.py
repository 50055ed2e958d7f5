"""The package from the command line: `tools/analyst/run --help`."""

from __future__ import annotations

import argparse
import sys

from . import sources
from .fault import Fault


def main(arguments: list[str] | None = None) -> int:
    """Does what is asked for. Exit codes: 0 fine, 1 it cannot be done, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except Fault as fault:
        print(f"analyst: {fault}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except OSError as error:  # what is to be written cannot be
        print(f"analyst: {error.filename or options.source}: {error.strerror}.", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="analyst", description="Looks into what a Finalverse world remembers.",
        epilog="SOURCE is an export (a database, or a directory of csv or jsonl files), a replay "
        "file, or a world's data directory, whether its server runs or not.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, text: str, run) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.add_argument("source", metavar="SOURCE")
        added.set_defaults(run=run)
        return added

    command("tables", "List the tables that have rows.", _tables).add_argument(
        "--all", action="store_true", help="those without rows too")
    command("query", "Answer a question in SQL.", _query).add_argument("sql", metavar="SQL")
    command("parquet", "Write a Parquet file for each table.", _parquet).add_argument(
        "directory", metavar="DIR")
    for name, text in (
        ("velocity", "How fast coins change hands."),
        ("sessions", "How long sessions last."),
        ("partners", "Who trades with whom."),
    ):
        added = command(name, text, _question)
        added.set_defaults(question=name)
        added.add_argument("--plot", metavar="FILE", help="draw it: .png, .svg or .pdf")
        added.add_argument("--csv", metavar="FILE", help="write the answer as a table")
    return parser


def _tables(options: argparse.Namespace) -> None:
    world = sources.open(options.source)
    for name in world.tables:
        count = world.count(name)
        if count or options.all:
            print(f"{count:>12,}  {name}")


def _query(options: argparse.Namespace) -> None:
    import duckdb

    world = sources.open(options.source)
    try:
        print(world.query(options.sql).to_string(index=False))
    except duckdb.Error as error:
        raise Fault(str(error)) from error


def _parquet(options: argparse.Namespace) -> None:
    import duckdb

    world = sources.open(options.source)
    try:
        written = world.write_parquet(options.directory)
    except duckdb.Error as error:
        raise Fault(str(error)) from error
    size = sum(file.stat().st_size for file in written)
    print(f"{options.directory}: {len(written)} files, {size:,} bytes")


def _question(options: argparse.Namespace) -> None:
    from .questions import partners, sessions, velocity

    if options.plot and not options.plot.endswith((".png", ".svg", ".pdf")):
        raise Fault(f"{options.plot} is no name of a plot: it ends in .png, .svg or .pdf.")
    question = {"velocity": velocity, "sessions": sessions, "partners": partners}[options.question]
    world = sources.open(options.source)
    found = question.answer(world)
    shown = sessions.summary(found) if question is sessions else found.head(20)
    print(shown.to_string(index=question is sessions))
    if question is not sessions and len(found) > len(shown):
        print(f"… and {len(found) - len(shown):,} more; --csv FILE writes all")
    if options.csv:
        found.to_csv(options.csv, index=False)
    if options.plot:
        question.plot(world, found, options.plot)
        print(f"drawn in {options.plot}")


if __name__ == "__main__":
    sys.exit(main())
