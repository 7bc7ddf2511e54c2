#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold docs/guide-release.md to what it shows: its commands are run in a copy of docs/guide-release.

usage: tests/golden/guide_release.py [--program PATH] [--update]          (or the environment's PRICEPOINT_CLI)

_page.py says how blocks are held. Every file of docs/guide-release is named on the page. --update writes the outputs.
"""

from _golden import ROOT, main
from _page import Page, hold

FILES = ROOT / "docs" / "guide-release"


def run():
    return hold(ROOT / "docs" / "guide-release.md", FILES, Page.check_names)


if __name__ == "__main__":
    main(run, __doc__, update=True)
