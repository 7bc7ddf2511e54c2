#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A name for all that clang-tidy's answer about a unit depends on: the unit as it is compiled, with its comments, which
may switch a check off; the checks; the program.

usage: tools/tidy_key.py BUILD UNIT     (BUILD holds compile_commands.json)
"""

import hashlib
import json
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main(build, unit):
    path = (ROOT / unit).resolve()
    commands = json.loads((ROOT / build / "compile_commands.json").read_text(encoding="utf-8"))
    command = next((one for one in commands if pathlib.Path(one["directory"], one["file"]).resolve() == path), None)
    if command is None:
        return f"{unit} is not compiled in {build}"
    words = shlex.split(command["command"])
    words = words[1:] if words[0].endswith("ccache") else words
    output = words.index("-o")
    del words[output:output + 2]
    # Without the places of files: another clone is no other text.
    text = subprocess.run([*words, "-E", "-P", "-C"], cwd=command["directory"], capture_output=True, check=True).stdout
    key = hashlib.sha256(text)
    key.update((ROOT / ".clang-tidy").read_bytes())
    key.update(subprocess.run(["clang-tidy-14", "--version"], capture_output=True, check=True).stdout)
    key.update(unit.encode())
    print(key.hexdigest())
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 3 else __doc__)
