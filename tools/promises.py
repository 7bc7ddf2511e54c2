#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which promises of docs/reliability.md does no test hold?

usage: tools/promises.py [--require-all]

A promise begins with its number in bold and brackets, at the start of a list item: - **[REL-4]**. A test cites it in
brackets, in a comment or a name: [REL-4]. Exit status 1: a number is given twice, or one is cited that no promise has;
with --require-all also: some promise is cited nowhere. Numbers are never given twice, and gaps are meant.
"""

import argparse
import sys
from pathlib import Path

import clauses

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reliability.md"
# What holds a promise and is not below tests/: ./dev runs some of the tools as checks.
ELSEWHERE = ["dev", "tools", "bindings/python/tests"]


def sources():
    yield from clauses.test_files()
    for name in ELSEWHERE:
        path = ROOT / name
        for one in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            if one != Path(__file__).resolve():
                yield one


def main():
    parser = argparse.ArgumentParser(description="Lists the promises of docs/reliability.md that no test cites.")
    parser.add_argument("--require-all", action="store_true", help="fail where a promise is cited nowhere")
    arguments = parser.parse_args()

    known = clauses.clauses(PAGE.read_text("utf-8"))
    errors = [] if known else [f"{PAGE.relative_to(ROOT)}: no promise found"]
    for number, lines in known.items():
        if len(lines) > 1:
            errors.append(f"{PAGE.relative_to(ROOT)}: [{number}] is given twice, on lines {lines}")
    cited = set()
    for path in sources():
        for number, line in clauses.citations(path.read_text("utf-8", errors="replace")):
            if not number.startswith("REL-"):
                continue
            if number not in known:
                errors.append(f"{path.relative_to(ROOT)}:{line}: [{number}] is no promise")
            cited.add(number)
    uncited = [number for number in known if number not in cited]
    print(f"{len(known)} promises, {len(uncited)} without a test{': ' if uncited else ''}{' '.join(uncited)}")
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors or arguments.require_all and uncited else 0


if __name__ == "__main__":
    sys.exit(main())
