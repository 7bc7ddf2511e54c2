#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold docs/guide.md to what it shows: its commands are run in a copy of docs/guide, and its blocks are parts of the files.

usage: tests/golden/guide.py [--program PATH] [--update]          (or the environment's PRICEPOINT_CLI)

  ```sh               every line begins with `pricepoint`; the ```text block that follows is what it prints, standard output
                      and standard error together, with COLUMNS=120
  ```jsonc, ```csv    the last line before it names the file: "`step-3.json`, among the rules:". The block is a run of whole
                      lines of that file, its indent apart; after "the whole file:" it is all of it but the comments at its
                      head
  a Markdown table    under such a line is the whole CSV file, cell by cell

Every file of docs/guide is named on the page, and every line by which a step's policy differs from the one before it is in
a block of that step. --update writes the outputs.
"""

import argparse
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

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "guide.md"
FILES = ROOT / "docs" / "guide"
LABEL = re.compile(r"^`([^`]+)`(?:, .*)?:$")
COLUMNS = "120"


@dataclass
class Block:
    language: str  # "table" for a Markdown table under a label
    first: int  # index of the first line of its content
    lines: list
    before: str  # the last line of prose before it

    def says(self):
        return f"docs/guide.md:{self.first}: the {self.language or 'plain'} block"

    def label(self):
        match = LABEL.match(self.before)
        return match.group(1) if match else None


def blocks_of(lines):
    found, before, i = [], "", 0
    while i < len(lines):
        fence = re.match(r"^(`{3,})(.*)$", lines[i])
        if fence:
            end = next((j for j in range(i + 1, len(lines)) if lines[j] == fence.group(1)), len(lines))
            found.append(Block(fence.group(2).strip(), i + 1, lines[i + 1:end], before))
            before, i = "", end + 1
        elif lines[i].startswith("|") and LABEL.match(before):
            end = next((j for j in range(i, len(lines)) if not lines[j].startswith("|")), len(lines))
            found.append(Block("table", i, lines[i:end], before))
            before, i = "", end
        else:
            before, i = (lines[i].strip() or before), i + 1
    return found


def without_head(text):
    lines = text.splitlines()
    while lines and lines[0].startswith("//"):
        lines.pop(0)
    return lines


def check_shown(block, shown, report):
    """The block is what its file has."""
    name = block.label()
    if not name or not (FILES / name).is_file():
        report(f"{block.says()} needs a line before it that names its file in docs/guide, like \"`step-2.json`, the whole file:\"")
        return
    text = (FILES / name).read_text(encoding="utf-8")
    if block.language == "table":
        rows = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in block.lines]
        if rows[:1] + rows[2:] != list(csv.reader(text.splitlines())):
            report(f"{block.says()} is not docs/guide/{name}")
        return
    shown.setdefault(name, set()).update(line.strip() for line in block.lines)
    if "the whole file" in block.before:
        holds = without_head(text) == block.lines
    else:
        wanted, lines = textwrap.dedent("\n".join(block.lines)), text.splitlines()
        size = len(block.lines)
        holds = any(textwrap.dedent("\n".join(lines[i:i + size])) == wanted for i in range(len(lines) - size + 1))
    if not block.lines or not holds:
        report(f"{block.says()} is not what docs/guide/{name} has")


def check_steps(shown, report):
    """What a step changes is on the page."""
    steps = sorted(FILES.glob("step-*.json"), key=lambda path: int(re.sub(r"\D", "", path.name)))
    known = set()
    for step in steps:
        lines = [line.strip() for line in without_head(step.read_text(encoding="utf-8"))]
        for line in lines:
            if line not in known and line not in shown.get(step.name, set()):
                report(f"docs/guide/{step.name}: the page does not show what is new in it: {line}")
        known = set(lines)


def run(commands, folder, program_folder):
    environment = dict(os.environ, COLUMNS=COLUMNS, PATH=f"{program_folder}{os.pathsep}{os.environ.get('PATH', '')}")
    ran = subprocess.run(["sh", "-c", "\n".join(commands)], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
    return ran.stdout.decode("utf-8").splitlines()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.environ.get("PRICEPOINT_CLI", ""))
    parser.add_argument("--update", action="store_true")
    given = parser.parse_args()
    if not given.program or not Path(given.program).is_file():
        parser.error("--program or PRICEPOINT_CLI: the path of pricepoint")

    problems = []
    report = problems.append
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    blocks = blocks_of(lines)
    outputs, shown, ran, held = [], {}, 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        program_folder, folder = Path(scratch) / "bin", Path(scratch) / "guide"
        program_folder.mkdir()
        (program_folder / "pricepoint").symlink_to(Path(given.program).resolve())
        shutil.copytree(FILES, folder)
        for number, block in enumerate(blocks):
            following = blocks[number + 1] if number + 1 < len(blocks) else None
            if block.language == "sh":
                ran += 1
                commands = re.sub(r"\\\n", " ", "\n".join(block.lines)).split("\n")
                if not all(command.startswith("pricepoint ") for command in commands):
                    report(f"{block.says()} has a line that is no command of pricepoint")
                elif following is None or following.language != "text":
                    report(f"{block.says()} has no text block behind it that shows what it prints")
                else:
                    outputs.append((following, run(commands, folder, program_folder)))
            elif block.language in ("jsonc", "csv", "table"):
                held += 1
                check_shown(block, shown, report)
            elif block.language != "text" or number == 0 or blocks[number - 1].language != "sh":
                report(f"{block.says()} is nothing that this test holds")
    if ran == 0 or held == 0:
        report("docs/guide.md: no block to run, or none that shows a file")
    check_steps(shown, report)
    page = "\n".join(lines)
    for path in sorted(FILES.iterdir()):
        if path.name not in page:
            report(f"docs/guide/{path.name} is not on the page")

    if given.update:
        for block, printed in reversed(outputs):
            lines[block.first:block.first + len(block.lines)] = printed
        PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        for block, printed in outputs:
            if block.lines != printed:
                report(f"{block.says()} is not what the program prints now:\n" + textwrap.indent("\n".join(printed), "    "))
    if problems:
        print("\n".join(problems))
        print("After a change that is meant, tests/golden/guide.py --update writes the outputs anew.")
        return 1
    print(f"docs/guide.md: {ran} blocks of commands with what they print, {held} that show files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
