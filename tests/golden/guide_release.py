#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold docs/guide-release.md to what it shows: its commands are run in a copy of docs/guide-release.

usage: tests/golden/guide_release.py [--program PATH] [--update]          (or the environment's PRICEPOINT_CLI)

_page.py says how blocks are held. Every file of docs/guide-release is named on the page. --update writes the outputs.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from _page import ROOT, Page

FILES = ROOT / "docs" / "guide-release"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.environ.get("PRICEPOINT_CLI", ""))
    parser.add_argument("--update", action="store_true")
    given = parser.parse_args()
    if not given.program or not Path(given.program).is_file():
        parser.error("--program or PRICEPOINT_CLI: the path of pricepoint")
    page = Page(ROOT / "docs" / "guide-release.md", FILES)
    with tempfile.TemporaryDirectory() as scratch:
        programs, folder = Path(scratch) / "bin", Path(scratch) / "guide-release"
        programs.mkdir()
        (programs / "pricepoint").symlink_to(Path(given.program).resolve())
        shutil.copytree(FILES, folder)
        page.check(folder, programs)
    if page.ran == 0 or page.held == 0:
        page.report(f"{page.name}: no block to run, or none that shows a file")
    for path in sorted(FILES.iterdir()):
        if path.name not in "\n".join(page.lines):
            page.report(f"docs/guide-release/{path.name} is not on the page")
    if not page.finish(given.update):
        print("After a change that is meant, tests/golden/guide_release.py --update writes the outputs anew.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
