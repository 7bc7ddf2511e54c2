#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold docs/embedding.md to the projects that tests/install builds: a block behind `<!-- tests/install/FILE -->` is that
file, and every file of every project there is shown once.

usage: tests/golden/embedding.py [--update]
"""

import re

from _golden import ROOT, hold_page, main

PAGE = ROOT / "docs/embedding.md"
BLOCK = re.compile(r"^<!-- (tests/install/\S+) -->\n```(\w+)\n(?:.*?\n)??```$", re.M | re.S)


def shown(match):
    name, language = match.groups()
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    body = "\n".join(line for line in lines if "SPDX-License-Identifier" not in line)
    return f"<!-- {name} -->\n```{language}\n{body}\n```"


def hold():
    text = PAGE.read_text(encoding="utf-8")
    names = sorted(match[1] for match in BLOCK.finditer(text))
    # Those with an own_NAME are there to see that nothing of theirs gets mixed up, and are nothing to copy.
    projects = [path for path in (ROOT / "tests/install").glob("*/*") if not path.parent.name.startswith("own_")]
    files = sorted(str(path.relative_to(ROOT)) for path in projects)
    if names != files:
        print(f"docs/embedding.md: shown are {names}, the projects have {files}")
        return 1
    return hold_page(PAGE, text, BLOCK.sub(shown, text))


if __name__ == "__main__":
    main(hold, __doc__, program=False, update=True)
