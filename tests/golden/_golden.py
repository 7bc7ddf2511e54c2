# SPDX-License-Identifier: Apache-2.0
"""The command line of the scripts in this directory, and how they report what differs.

A script ends with `main(run, __doc__, ...)`, or with `main_of_tests(__doc__)` where it consists of unittest classes. Both
read the arguments into `given` and exit with status 0 where all is as expected:

  --program PATH    the program under test; without it, that of the environment's PRICEPOINT_CLI
  --update          write what happened into the files instead of comparing, where a script has files to write
  NAME...           only these, where a script has cases; with unittest, its own arguments
"""

import argparse
import difflib
import os
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
given = argparse.Namespace(program="", update=False, names=[])


def read_arguments(about, program, update, names, **how):
    """Fills `given`. What no script knows is returned."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter, **how)
    if program:
        parser.add_argument("--program", metavar="PATH", default=os.environ.get("PRICEPOINT_CLI", ""))
    if update:
        parser.add_argument("--update", action="store_true")
    if names:
        parser.add_argument("names", nargs="*", metavar=names)
    known, others = parser.parse_known_args()
    vars(given).update(vars(known))
    if program and not (given.program and Path(given.program).is_file()):
        parser.error("which program? --program PATH, or PRICEPOINT_CLI")
    if program:
        given.program = str(Path(given.program).resolve())
    return others, parser


def main(run, about, *, program=True, update=False, names=None):
    """Runs a script; `run` returns its exit status, or nothing for success."""
    others, parser = read_arguments(about, program, update, names)
    if others:
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    sys.exit(run())


def main_of_tests(about, *, update=False):
    """Runs the unittest classes of a script. Arguments that are not ours, -h among them, are for unittest."""
    others, _ = read_arguments(about, True, update, None, add_help=False)
    unittest.main(argv=[sys.argv[0], *others])


class Comparison:
    """Texts that are held word for word: shows where they differ, and counts."""

    def __init__(self):
        self.tried = self.failed = 0

    def same(self, name, wanted, got):
        self.tried += 1
        if got == wanted:
            return True
        self.failed += 1
        sys.stdout.writelines(difflib.unified_diff(wanted.splitlines(keepends=True), got.splitlines(keepends=True),
                                                   f"{name}: expected", f"{name}: got"))
        return False

    def finish(self, what, more=""):
        """Says how many, and returns the exit status."""
        print(f"{self.tried} {what}, {self.failed} {'written anew' if given.update else 'not as expected'}{more}")
        return 0 if self.failed == 0 or given.update else 1


def hold_page(page, text, wanted):
    """The text of a page that shows files is what it has to be, or with --update becomes so. Returns the exit status."""
    if given.update:
        page.write_text(wanted, encoding="utf-8")
        return 0
    if text != wanted:
        print(f"{page.relative_to(ROOT)} shows something else than the files; "
              f"tests/golden/{Path(sys.argv[0]).name} --update rewrites it")
        return 1
    return 0
