#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold examples/history/README.md to what it shows: its commands are run in a copy of the folder.

usage: tests/golden/history.py [--program PATH] [--update]          (or the environment's PRICEPOINT_CLI)

_page.py says how blocks are held. --update writes the outputs.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from _page import ROOT, Page

FILES = ROOT / "examples" / "history"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.environ.get("PRICEPOINT_CLI", ""))
    parser.add_argument("--update", action="store_true")
    given = parser.parse_args()
    if not given.program or not Path(given.program).is_file():
        parser.error("--program or PRICEPOINT_CLI: the path of pricepoint")
    page = Page(FILES / "README.md", FILES)
    with tempfile.TemporaryDirectory() as scratch:
        programs, folder = Path(scratch) / "bin", Path(scratch) / "history"
        programs.mkdir()
        (programs / "pricepoint").symlink_to(Path(given.program).resolve())
        shutil.copytree(FILES, folder)
        page.check(folder, programs)
    if page.ran == 0:
        page.report("no block to run")
    return 0 if page.finish(given.update) else 1


if __name__ == "__main__":
    sys.exit(main())
