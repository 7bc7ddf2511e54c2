#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold docs/guide.md to what it shows: its commands are run in a copy of docs/guide, and its blocks are parts of the files.

usage: tests/golden/guide.py [--program PATH] [--update]          (or the environment's PRICEPOINT_CLI)

_page.py says how blocks are held. Every file of docs/guide is named on the page, and every line by which a step's policy
differs from the one before it is in a block of that step. --update writes the outputs.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from _page import ROOT, Page, without_head

FILES = ROOT / "docs" / "guide"


def check_steps(page):
    """What a step changes is on the page."""
    steps = sorted(FILES.glob("step-*.json"), key=lambda path: int(re.sub(r"\D", "", path.name)))
    known = set()
    for step in steps:
        lines = [line.strip() for line in without_head(step.read_text(encoding="utf-8"))]
        for line in lines:
            if line not in known and line not in page.shown.get(step.name, set()):
                page.report(f"docs/guide/{step.name}: the page does not show what is new in it: {line}")
        known = set(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.environ.get("PRICEPOINT_CLI", ""))
    parser.add_argument("--update", action="store_true")
    given = parser.parse_args()
    if not given.program or not Path(given.program).is_file():
        parser.error("--program or PRICEPOINT_CLI: the path of pricepoint")

    page = Page(ROOT / "docs" / "guide.md", FILES)
    with tempfile.TemporaryDirectory() as scratch:
        programs, folder = Path(scratch) / "bin", Path(scratch) / "guide"
        programs.mkdir()
        (programs / "pricepoint").symlink_to(Path(given.program).resolve())
        shutil.copytree(FILES, folder)
        page.check(folder, programs)
    if page.ran == 0 or page.held == 0:
        page.report("docs/guide.md: no block to run, or none that shows a file")
    check_steps(page)
    for path in sorted(FILES.iterdir()):
        if path.name not in "\n".join(page.lines):
            page.report(f"docs/guide/{path.name} is not on the page")
    if not page.finish(given.update):
        print("After a change that is meant, tests/golden/guide.py --update writes the outputs anew.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
