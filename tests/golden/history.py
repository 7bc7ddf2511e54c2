#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold examples/history/README.md to what it shows: its commands are run in a copy of the folder.

usage: tests/golden/history.py [--program PATH] [--update]          (or the environment's PRICEPOINT_CLI)

_page.py says how blocks are held. --update writes the outputs.
"""

from _golden import ROOT, main
from _page import hold

FILES = ROOT / "examples" / "history"


def run():
    return hold(FILES / "README.md", FILES)


if __name__ == "__main__":
    main(run, __doc__, update=True)
