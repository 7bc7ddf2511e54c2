#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold docs/embedding.md to the projects that tests/install builds: a block behind `<!-- tests/install/FILE -->` is that
file, and every file of every project there is shown once.

usage: embedding.py [--update]
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/embedding.md"
BLOCK = re.compile(r"^<!-- (tests/install/\S+) -->\n```(\w+)\n(?:.*?\n)??```$", re.M | re.S)


def shown(match):
    name, language = match.groups()
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    body = "\n".join(line for line in lines if "SPDX-License-Identifier" not in line)
    return f"<!-- {name} -->\n```{language}\n{body}\n```"


def main():
    text = PAGE.read_text(encoding="utf-8")
    names = sorted(match[1] for match in BLOCK.finditer(text))
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests/install").glob("*/*"))
    if names != files:
        print(f"docs/embedding.md: shown are {names}, the projects have {files}")
        return 1
    wanted = BLOCK.sub(shown, text)
    if "--update" in sys.argv[1:]:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    if text != wanted:
        print("docs/embedding.md shows something else than the files; tests/golden/embedding.py --update rewrites it")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
