#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The program against files, held word for word.

usage: tests/golden/run.py [--program PATH] [--update] [CASE...]

A case is a directory below cases/:
  cmd     the arguments, as a shell would read them; the program runs inside a copy of the directory, beside ../shared
  stdin   what it reads on standard input, if there is such a file
  expect  "exit N", then what it printed on standard output, on standard error and into files that it made

The program is --program, or the environment's PRICEPOINT_CLI. --update writes `expect` anew from what happened: read
the difference before you commit it.
"""

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from _golden import HERE, Comparison, given, main

CASES = HERE / "cases"
SHARED = HERE / "shared"
OF_THE_CASE = {"cmd", "stdin", "expect"}


def section(title, content):
    text = content.decode("utf-8", "backslashreplace")
    end = "" if text.endswith("\n") or not text else "\n--- without a newline at the end\n"
    return f"--- {title}\n{text}{end}" if text else ""


def outcome(case):
    """What the case's command did, as the text of `expect`."""
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(SHARED, Path(scratch) / "shared")
        directory = Path(scratch) / "case"
        shutil.copytree(case, directory)
        for name in OF_THE_CASE:
            (directory / name).unlink(missing_ok=True)
        before = {path.name: path.read_bytes() for path in directory.iterdir() if path.is_file()}
        arguments = shlex.split((case / "cmd").read_text(encoding="utf-8"), comments=True)
        stdin = (case / "stdin").read_bytes() if (case / "stdin").exists() else b""
        environment = {**os.environ, "COLUMNS": "100"}
        done = subprocess.run([given.program, *arguments], cwd=directory, input=stdin, capture_output=True,
                              env=environment, check=False)
        text = f"exit {done.returncode}\n" + section("stdout", done.stdout) + section("stderr", done.stderr)
        for path in sorted(directory.iterdir()):
            if path.is_file() and before.get(path.name) != path.read_bytes():
                text += section(f"file {path.name}", path.read_bytes())
        return text


def run():
    names = given.names or sorted(path.name for path in CASES.iterdir() if (path / "cmd").exists())
    comparison = Comparison()
    for name in names:
        expect = CASES / name / "expect"
        got = outcome(CASES / name)
        if not comparison.same(name, expect.read_bytes().decode("utf-8") if expect.exists() else "", got) and given.update:
            expect.write_bytes(got.encode("utf-8"))
    return comparison.finish("cases")


if __name__ == "__main__":
    main(run, __doc__, update=True, names="CASE")
