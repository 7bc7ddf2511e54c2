# SPDX-License-Identifier: Apache-2.0
"""Holds a page to what it shows, for the tests of this directory.

  ```sh               every line begins with `pricepoint` (or with `python3`, and then has to succeed, or with `sh`); the
                      ```text block that follows is what it prints, standard output and standard error together, with
                      COLUMNS=120
  ```jsonc, ```csv,   the last line before it names the file: "`step-3.json`, among the rules:". The block is a run of whole
  ```bash             lines of that file, its indent apart; after "the whole file:" it is all of it but the comments at its
                      head
  a Markdown table    under such a line is the whole CSV file, cell by cell

Commands run in a copy of the files.
"""

import contextlib
import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path

from _golden import ROOT, given

LABEL = re.compile(r"^`([^`]+)`(?:, .*)?:$")
COLUMNS = "120"


@dataclass
class Block:
    page: str  # its name
    language: str  # "table" for a Markdown table under a label
    first: int  # index of the first line of its content
    lines: list
    before: str  # the last line of prose before it

    def says(self):
        return f"{self.page}:{self.first}: the {self.language or 'plain'} block"

    def label(self):
        match = LABEL.match(self.before)
        return match.group(1) if match else None


def blocks_of(page, lines):
    found, before, i = [], "", 0
    while i < len(lines):
        fence = re.match(r"^(`{3,})(.*)$", lines[i])
        if fence:
            end = next((j for j in range(i + 1, len(lines)) if lines[j] == fence.group(1)), len(lines))
            found.append(Block(page, fence.group(2).strip(), i + 1, lines[i + 1:end], before))
            before, i = "", end + 1
        elif lines[i].startswith("|") and LABEL.match(before):
            end = next((j for j in range(i, len(lines)) if not lines[j].startswith("|")), len(lines))
            found.append(Block(page, "table", i, lines[i:end], before))
            before, i = "", end
        else:
            before, i = (lines[i].strip() or before), i + 1
    return found


def without_head(text):
    lines = text.splitlines()
    while lines and lines[0].startswith(("//", "#")):
        lines.pop(0)
    return lines


class Page:
    """A page, the folder of the files that it shows, and what is wrong with it."""

    def __init__(self, path, files):
        self.path, self.files = path, files
        self.name, self.folder = (str(one.relative_to(ROOT)) for one in (path, files))
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self.problems = []
        self.shown = {}  # file -> lines of it that are on the page
        self.outputs = []
        self.ran = self.held = 0

    def report(self, problem):
        self.problems.append(problem)

    def check_shown(self, block):
        """The block is what its file has."""
        name = block.label()
        if not name or not (self.files / name).is_file():
            self.report(f"{block.says()} needs a line before it that names its file in {self.folder}, "
                        "like \"`step-2.json`, the whole file:\"")
            return
        text = (self.files / name).read_text(encoding="utf-8")
        if block.language == "table":
            rows = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in block.lines]
            if rows[:1] + rows[2:] != list(csv.reader(text.splitlines())):
                self.report(f"{block.says()} is not {self.folder}/{name}")
            return
        self.shown.setdefault(name, set()).update(line.strip() for line in block.lines)
        if "the whole file" in block.before:
            holds = without_head(text) == block.lines
        else:
            wanted, lines = textwrap.dedent("\n".join(block.lines)), text.splitlines()
            size = len(block.lines)
            holds = any(textwrap.dedent("\n".join(lines[i:i + size])) == wanted for i in range(len(lines) - size + 1))
        if not block.lines or not holds:
            self.report(f"{block.says()} is not what {self.folder}/{name} has")

    def run(self, commands, folder, programs):
        environment = dict(os.environ, COLUMNS=COLUMNS, PATH=f"{programs}{os.pathsep}{os.environ.get('PATH', '')}")
        environment.pop("PRICEPOINT_CLI", None)
        checked = [f"{command} || echo 'exit status' $?" if command.startswith("python3 ") else command for command in commands]
        ran = subprocess.run(["sh", "-c", "\n".join(checked)], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        printed = ran.stdout.decode("utf-8").splitlines()
        if any(line.startswith("exit status") for line in printed):
            self.report("\n".join([f"{self.name}: a python3 command fails:", *printed]))
        return printed

    def check(self, folder, programs):
        """Runs the commands in `folder`, a copy of the files; `programs` holds the program."""
        blocks = blocks_of(self.name, self.lines)
        for number, block in enumerate(blocks):
            following = blocks[number + 1] if number + 1 < len(blocks) else None
            if block.language == "sh":
                self.ran += 1
                commands = re.sub(r"\\\n", " ", "\n".join(block.lines)).split("\n")
                if not all(command.startswith(("pricepoint ", "python3 ", "sh ")) for command in commands):
                    self.report(f"{block.says()} has a line that is no command of pricepoint")
                elif following is None or following.language != "text":
                    self.report(f"{block.says()} has no text block behind it that shows what it prints")
                else:
                    self.outputs.append((following, self.run(commands, folder, programs)))
            elif block.language in ("jsonc", "csv", "bash", "table"):
                self.held += 1
                self.check_shown(block)
            elif block.language != "text" or number == 0 or blocks[number - 1].language != "sh":
                self.report(f"{block.says()} is nothing that this test holds")

    def check_names(self):
        """Every file of the folder is named on the page."""
        text = "\n".join(self.lines)
        for path in sorted(self.files.iterdir()):
            if path.name not in text:
                self.report(f"{self.folder}/{path.name} is not on the page")

    def finish(self):
        """Writes the outputs, or compares them. True where all is well."""
        if given.update:
            for block, printed in reversed(self.outputs):
                self.lines[block.first:block.first + len(block.lines)] = printed
            self.path.write_text("\n".join(self.lines) + "\n", encoding="utf-8")
        else:
            for block, printed in self.outputs:
                if block.lines != printed:
                    self.report(f"{block.says()} is not what the program prints now:\n" +
                                textwrap.indent("\n".join(printed), "    "))
        if self.problems:
            print("\n".join(self.problems))
            return False
        print(f"{self.name}: {self.ran} blocks of commands with what they print, {self.held} that show files")
        return True


@contextlib.contextmanager
def place_for_commands(where):
    """A directory of its own: where to copy the files to, which is `where` below it, and one that holds the program."""
    with tempfile.TemporaryDirectory() as scratch:
        programs, folder = Path(scratch) / "bin", Path(scratch) / where
        programs.mkdir()
        folder.parent.mkdir(parents=True, exist_ok=True)
        (programs / "pricepoint").symlink_to(given.program)
        yield folder, programs


def verdict(good):
    """The exit status of a script that holds pages."""
    if not good:
        print(f"After a change that is meant, tests/golden/{Path(sys.argv[0]).name} --update writes the outputs anew.")
    return 0 if good else 1


def hold(path, files, *checks):
    """Holds one page to the files that it shows and to what the commands print; each check gets the page then, and may
    report more. Returns the exit status."""
    page = Page(path, files)
    with place_for_commands(files.name) as (folder, programs):
        shutil.copytree(files, folder)
        page.check(folder, programs)
    if page.ran == 0 or page.held == 0:
        page.report(f"{page.name}: no block to run, or none that shows a file")
    for check in checks:
        check(page)
    return verdict(page.finish())
