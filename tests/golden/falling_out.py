#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each line of the table "What falls out" in docs/command-line.md, run: the first line of each message on standard error
and the exit status are those of the table. The whole of standard error, at 80 columns, is falling_out.txt.

usage: tests/golden/falling_out.py [--program PATH] [--update]          (or the environment's PRICEPOINT_CLI)

A line has five cells: what falls out, a command, the lines of its file, standard error, and the exit status. Lines are
between backticks with <br> between them, and may have bytes as \\xff. The policy is the page's block before the table. A
command that ends with --rates or --history has that file, and good items. --update writes the last two cells anew.
"""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from _golden import HERE, ROOT, Comparison, given, hold_page, main

PAGE = ROOT / "docs" / "command-line.md"
WHOLE = HERE / "falling_out.txt"
TITLE = "## What falls out"
AT = "2026-06-01T00:00:00Z"
GOOD = "sku,price.store\nA1,32.00\n"


def cell(lines):
    return "<br>".join(f"`{line}`" for line in lines) or "nothing"


def lines_of(text):
    return re.findall(r"`([^`]*)`", text)


def as_bytes(line):
    return re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes([int(found[1], 16)]), line.encode("utf-8"))


def outcome(command, lines, policy):
    """Standard error and the exit status."""
    content = b"".join(as_bytes(line) + b"\n" for line in lines)
    words = command.split()
    of_rows = ["--market", "US", "--at", AT]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "shop.json").write_text(policy, encoding="utf-8")
        ending = "ndjson" if content[:1] in (b"{", b"[") else "csv"
        aside = words[-1] if words[-1] in ("--rates", "--history") else ""
        name = f"{aside[2:]}.csv" if aside else "record.ndjson" if words[0] == "replay" else \
            f"{'offers' if words[0] == 'audit' else 'items'}.{ending}"
        (folder / name).write_bytes(content)
        if words[0] == "replay":
            flags = ["--policy", "shop.json", "--record", name]
        elif words[0] == "audit":
            flags = ["--policy", "shop.json", "--offers", name, *of_rows]
        else:
            (folder / "good.csv").write_text(GOOD, encoding="utf-8")
            policies = ["--before", "shop.json", "--after", "shop.json"] if words[0] == "compare" else ["--policy", "shop.json"]
            flags = [*([name] if aside else []), *policies, "--items", "good.csv" if aside else name, "--channel", "web", *of_rows]
        done = subprocess.run([given.program, *words, *flags], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                              check=False, encoding="utf-8", env={**os.environ, "COLUMNS": "80"})
        return done.stderr, done.returncode


def run():
    text = PAGE.read_text(encoding="utf-8")
    before, section = text.split(f"\n{TITLE}\n", 1)
    policy = re.search(r"^```json\n(.*?)^```$", section, re.M | re.S)[1]
    table = re.search(r"^\|.*\n\|[-|]*\|\n((?:\|.*\n)+)", section, re.M)
    rows, whole = [], []
    comparison = Comparison()
    for line in table[1].splitlines():
        what, command, file, _, _ = (one.strip() for one in line.strip().removeprefix("|").removesuffix("|").split("|"))
        said, status = outcome(lines_of(command)[0], lines_of(file), policy)
        # Hints and excerpts are indented.
        rows.append(f"| {what} | {command} | {file} | {cell(one for one in said.splitlines() if not one.startswith(' '))} | {status} |\n")
        whole.append(f"=== {what}: {lines_of(command)[0]}\n{said}--- exit {status}\n")
        wide = [one for one in said.splitlines() if one.startswith(" ") and len(one) > 80]
        comparison.same(f"{what}: lines that do not fit 80 columns", "", "".join(f"{one}\n" for one in wide))
        comparison.same(f"{PAGE.name}: {what}", f"{line}\n", rows[-1])
    wanted = WHOLE.read_text(encoding="utf-8") if WHOLE.is_file() else ""
    if not comparison.same(WHOLE.name, wanted, "".join(whole)) and given.update:
        WHOLE.write_text("".join(whole), encoding="utf-8")
    hold_page(PAGE, text, f"{before}\n{TITLE}\n{section.replace(table[1], ''.join(rows))}")
    return comparison.finish("lines")


if __name__ == "__main__":
    main(run, __doc__, update=True)
