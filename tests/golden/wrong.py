#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Wrong policies, tables, items, rates and command lines, and what the program says about them, word for word.

usage: tests/golden/wrong.py [--program PATH] [--update] [TEXT...]        (cases whose names contain one of the texts)

The cases stand in wrong/*.txt, one after the other:

  === a comma is missing            a case; its name says what is wrong
  --- policy.json                   a file; what follows is in it, without the last newline
  --- rates.csv escaped             the same, with the escapes of Python (\\xff, \\r, \\n)
  --- folder directory              a directory of that name
  --- locked.csv unreadable         a file that nobody may read; root may, so such a case is left out for root
  --- run                           the arguments; without it: price --policy policy.json --items items.csv
  --- shell                         or a line for the shell, where the program is called pricepoint
  --- exit 2                        the exit status; then, if there was any,
  --- stdout                        and
  --- stderr                        word for word

<<9 x 100000000>> in a file stands for a hundred million nines. Where a case has no items.csv it holds one product,
where it has no policy.json it holds that of shared/shop.json. --update writes what happened into the files: read the
difference before you commit it. The program is --program, or the environment's PRICEPOINT_CLI.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from _golden import HERE, Comparison, given, main

CASES = HERE / "wrong"
SHOP = HERE / "shared" / "shop.json"
ITEMS = b"sku,channel,market,price.store,cost\nA1,web,CN,32.00,12.00\n"
DEFAULT_RUN = "price --policy policy.json --items items.csv"
OUTCOME = ("exit", "stdout", "stderr")


class Case:
    """One case of a file: its sections in order, as (title, lines)."""

    def __init__(self, name):
        self.name = name
        self.sections = []

    def given(self):
        return [one for one in self.sections if one[0].split()[0] not in OUTCOME]

    def expected(self):
        return [one for one in self.sections if one[0].split()[0] in OUTCOME]

    @staticmethod
    def text(sections):
        return "".join(f"--- {title}\n" + "".join(f"{line}\n" for line in lines) for title, lines in sections)


def read_cases(path):
    """The lines before the first case, and the cases."""
    preamble, cases = [], []
    for line in path.read_bytes().decode("utf-8").split("\n")[:-1]:
        if line.startswith("=== "):
            cases.append(Case(line[4:]))
        elif not cases:
            preamble.append(line)
        elif line.startswith("--- "):
            cases[-1].sections.append((line[4:], []))
        else:
            cases[-1].sections[-1][1].append(line)
    for case in cases:
        # An empty line before the next case is no part of this one.
        last = case.sections[-1][1]
        while last and not last[-1]:
            last.pop()
    return preamble, cases


def content(lines, how):
    data = "\n".join(lines)
    made = data.encode("latin-1").decode("unicode_escape").encode("latin-1") if how == "escaped" else data.encode("utf-8")
    return re.sub(rb"<<(.) x (\d+)>>", lambda found: found[1] * int(found[2]), made)


def section(title, data):
    text = data.decode("utf-8", "backslashreplace")
    if not text:
        return []
    lines = text.split("\n")
    return [(title, lines[:-1] if not lines[-1] else [*lines, "(without a newline at the end)"])]


def outcome(case):
    """What the case's command did, or nothing where it cannot be tried here."""
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch)
        (directory / "items.csv").write_bytes(ITEMS)
        shutil.copy(SHOP, directory / "policy.json")
        arguments, shell = shlex.split(DEFAULT_RUN), None
        for title, lines in case.given():
            name, how = (title.split() + [""])[:2]
            if name == "run":
                arguments = shlex.split(" ".join(lines))
            elif name == "shell":
                shell = "\n".join(lines)
            elif how == "directory":
                (directory / name).unlink(missing_ok=True)
                (directory / name).mkdir()
            else:
                (directory / name).parent.mkdir(exist_ok=True)
                (directory / name).write_bytes(content(lines, how))
                if how == "unreadable":
                    if os.geteuid() == 0:
                        return None
                    (directory / name).chmod(0)
        environment = {**os.environ, "COLUMNS": "100"}
        if shell is not None:
            environment["PATH"] = f"{Path(given.program).parent}:{environment['PATH']}"
        command = [given.program, *arguments] if shell is None else ["bash", "-c", shell]
        done = subprocess.run(command, cwd=directory, stdin=subprocess.DEVNULL, capture_output=True, env=environment,
                              check=False)
        return [(f"exit {done.returncode}", []), *section("stdout", done.stdout), *section("stderr", done.stderr)]


def run():
    comparison, skipped = Comparison(), 0
    seen = set()
    for path in sorted(CASES.glob("*.txt")):
        preamble, cases = read_cases(path)
        wanted = [one for one in cases if not given.names or any(text in one.name for text in given.names)]
        with ThreadPoolExecutor(max_workers=2) as workers:
            results = list(workers.map(outcome, wanted))
        changed = False
        for case, got in zip(wanted, results):
            if case.name in seen:
                sys.exit(f"{path.name}: two cases are called {case.name!r}")
            seen.add(case.name)
            if got is None:
                comparison.tried += 1
                skipped += 1
            elif not comparison.same(f"{path.name}, {case.name}", Case.text(case.expected()), Case.text(got)) and given.update:
                case.sections = case.given() + got
                changed = True
        if changed:
            written = [f"{line}\n" for line in preamble]
            written += [f"=== {one.name}\n{Case.text(one.sections)}\n" for one in cases]
            path.write_bytes("".join(written).encode("utf-8"))
    return comparison.finish("cases", f", {skipped} left out")


if __name__ == "__main__":
    main(run, __doc__, update=True, names="TEXT")
