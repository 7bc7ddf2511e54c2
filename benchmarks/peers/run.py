#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the contestants that are programs of their own, and says how fast each was.

usage: benchmarks/peers/run.py ROWS.csv OUT.json [--rounds N] [--seconds S] [NAME...]

ROWS.csv is what pricepoint_bench_rows writes. Every contestant compares its answers with the engine's before it is timed;
one that differs ends the run. One that cannot be had here is skipped, with the reason. The rounds go over all contestants
in turn, so that what else the machine does meets all of them.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILT = HERE.parents[1] / "build" / "bench" / "peers"
MINUTES = 10  # of one preparation or one run


class Skipped(Exception):
    """Why a contestant cannot be had here."""


@dataclass
class Peer:
    name: str
    command: list
    program: str  # what it needs, and from which version on
    version: tuple = ()
    package: str = ""  # of npm, pinned in the folder `name`
    module: str = ""  # a folder that Go builds


PEERS = [
    Peer("javascript", ["node", HERE / "javascript" / "main.mjs"], "node", (18,)),
    Peer("python-int", [sys.executable, HERE / "python" / "with_int.py"], sys.executable),
    Peer("python-decimal", [sys.executable, HERE / "python" / "with_decimal.py"], sys.executable),
    Peer("cel-go", [BUILT / "cel-go"], "go", (1, 23), module="cel-go"),
    Peer("cel-js", ["node", HERE / "cel-js" / "main.mjs"], "node", (20,), package="@marcbachmann/cel-js"),
    Peer("json-logic-js", ["node", HERE / "json-logic-js" / "main.mjs"], "node", (18,), package="json-logic-js"),
    Peer("json-rules-engine", ["node", HERE / "json-rules-engine" / "main.mjs"], "node", (18,),
         package="json-rules-engine"),
]


def said(command, folder):
    """The outcome of a command, and its output in one text."""
    try:
        done = subprocess.run([str(word) for word in command], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                              encoding="utf-8", timeout=60 * MINUTES, check=False)
    except subprocess.TimeoutExpired:
        return 1, f"not done after {MINUTES} minutes"
    return done.returncode, done.stdout if done.returncode == 0 else done.stderr + done.stdout


def need(program, version):
    if not shutil.which(program):
        raise Skipped(f"{program} is not installed")
    if version:
        _, text = said([program, "version" if program == "go" else "--version"], HERE)
        found = re.search(r"(\d+)\.(\d+)", text)
        if not found or tuple(int(part) for part in found.groups())[:len(version)] < version:
            raise Skipped(f"it needs {program} {'.'.join(map(str, version))}")


def prepare(peer):
    """Gets what it needs. What went wrong is printed whole; the reason that ends up in a report is short."""
    need(peer.program, peer.version)
    folder = HERE / peer.name
    if peer.package:
        wanted = json.loads((folder / "package.json").read_text("utf-8"))["dependencies"][peer.package]
        there = folder / "node_modules" / peer.package / "package.json"
        if there.exists() and json.loads(there.read_text("utf-8"))["version"] == wanted:
            return
        need("npm", ())
        print(f"installing: {peer.package} {wanted}", flush=True)
        status, text = said(["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"], folder)
        if status:
            print(text)
            raise Skipped(f"{peer.package} could not be installed")
    elif peer.module:
        status, text = said(["go", "build", "-o", BUILT / peer.module, "."], HERE / peer.module)
        if status:
            print(text)
            raise Skipped("its modules could not be had or built")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("rows")
    parser.add_argument("out")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("names", nargs="*", metavar="NAME")
    given = parser.parse_args()
    unknown = set(given.names) - {peer.name for peer in PEERS}
    if unknown:
        parser.error(f"no contestant {', '.join(sorted(unknown))}")
    rows = Path(given.rows).resolve()
    ready, skipped, measured = [], [], {}
    for peer in PEERS:
        if given.names and peer.name not in given.names:
            continue
        try:
            prepare(peer)
            ready.append(peer)
        except Skipped as why:
            print(f"{peer.name}: skipped, {why}", flush=True)
            skipped.append({"name": f"{peer.name}/policy_a", "reason": str(why)})
    for turn in range(given.rounds):
        for peer in ready:
            status, text = said([*peer.command, rows, given.seconds], HERE)
            if status:
                sys.exit(f"{text}{peer.name}: FAILED")
            line = json.loads(text)
            to = measured.setdefault(peer.name, {**line, "items_per_second": []})
            to["items_per_second"].append(line["items_per_second"])
            if turn == 0:
                print(f"{peer.name}: {line['checked']} rows as the engine has them, {line['items_per_second']} a second",
                      flush=True)
    result = {"rounds": given.rounds, "peers": list(measured.values()), "skipped": skipped}
    Path(given.out).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
