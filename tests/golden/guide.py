#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold docs/guide.md to what it shows: its commands are run in a copy of docs/guide, and its blocks are parts of the files.

usage: tests/golden/guide.py [--program PATH] [--update]          (or the environment's PRICEPOINT_CLI)

_page.py says how blocks are held. Every file of docs/guide is named on the page, and every line by which a step's policy
differs from the one before it is in a block of that step. --update writes the outputs.
"""

import re

from _golden import ROOT, main
from _page import Page, hold, without_head

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


def run():
    return hold(ROOT / "docs" / "guide.md", FILES, check_steps, Page.check_names)


if __name__ == "__main__":
    main(run, __doc__, update=True)
