#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which clauses of docs/policy-reference.md does no test hold?

usage: tools/clauses.py [--require-all]

A clause begins with its number in bold and brackets, at the start of a line or of a list item. A test cites it in
brackets, in a comment, a name or a cell: [BND-4], or several at once: [BND-4, BND-5]. Exit status 1: a number is given
twice, or one is cited that no clause has; with --require-all also: some clause is cited nowhere.
"""

import argparse
import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "policy-reference.md"
TESTS = ROOT / "tests"
SUFFIXES = {".cpp", ".hpp", ".h", ".c", ".py", ".json", ".jsonc", ".ndjson", ".csv", ".md", ".txt"}

NUMBER = r"[A-Z]{3}-[0-9]+"
CLAUSE = re.compile(rf"^(?:- )?\*\*\[({NUMBER})\]\*\*", re.MULTILINE)
CITATION = re.compile(rf"(?<!\*\*)\[({NUMBER}(?:, ?{NUMBER})*)\]")


def clauses(text):
    """Every clause with the lines on which its number is given."""
    found = {}
    for match in CLAUSE.finditer(text):
        found.setdefault(match.group(1), []).append(line_of(text, match.start()))
    return found


def citations(text):
    for match in CITATION.finditer(text):
        for number in re.split(r", ?", match.group(1)):
            yield number, line_of(text, match.start())


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def test_files():
    for path in sorted(TESTS.rglob("*")):
        if path.suffix in SUFFIXES and path.is_file():
            yield path


def main():
    parser = argparse.ArgumentParser(description="Lists the clauses of the policy reference that no test cites.")
    parser.add_argument("--require-all", action="store_true", help="fail where a clause is cited nowhere")
    arguments = parser.parse_args()

    reference = REFERENCE.read_text("utf-8")
    known = clauses(reference)
    errors = []
    if not known:
        errors.append(f"{REFERENCE.relative_to(ROOT)}: no clause found")
    for number, lines in known.items():
        if len(lines) > 1:
            places = " and ".join(str(line) for line in lines)
            errors.append(f"{REFERENCE.relative_to(ROOT)}: [{number}] is given twice, on lines {places}")

    cited = set()
    for path in [REFERENCE, *test_files()]:
        text = reference if path == REFERENCE else path.read_text("utf-8", errors="replace")
        for number, line in citations(text):
            if number.startswith("REL-"):  # a promise of docs/reliability.md: tools/promises.py
                continue
            if number not in known:
                errors.append(f"{path.relative_to(ROOT)}:{line}: [{number}] is no clause")
            elif path != REFERENCE:  # clauses that cite one another hold nothing
                cited.add(number)

    uncited = [number for number in known if number not in cited]
    print(f"{len(known)} clauses, {len(uncited)} without a test{':' if uncited else ''}")
    if uncited:
        print(textwrap.fill(" ".join(uncited), 116, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False))
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors or arguments.require_all and uncited else 0


if __name__ == "__main__":
    sys.exit(main())
