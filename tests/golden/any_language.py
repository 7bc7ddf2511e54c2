#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold docs/any-language.md to the programs that tests/languages builds and runs: a block behind
`<!-- examples/languages/FILE -->` is that file, every program there is shown once, and what the page says that they print
is the beginning of what they print.

usage: tests/golden/any_language.py [--update]
"""

import re

from _golden import ROOT, hold_page, main

PAGE = ROOT / "docs/any-language.md"
BLOCK = re.compile(r"^<!-- (examples/languages/\S+) -->\n```(\w+)\n(?:.*?\n)??```$", re.M | re.S)
PRINTED = re.compile(r"^```text\n(.*?)…\n```$", re.M | re.S)


def shown(match):
    name, language = match.groups()
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    body = "\n".join(line for line in lines if "SPDX-License-Identifier" not in line)
    return f"<!-- {name} -->\n```{language}\n{body}\n```"


def hold():
    text = PAGE.read_text(encoding="utf-8")
    names = sorted(match[1] for match in BLOCK.finditer(text))
    kinds = (".go", ".js", ".java", ".rs")
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "examples/languages").glob("*/*")
                   if path.suffix in kinds)
    if names != files:
        print(f"docs/any-language.md: shown are {names}, the programs are {files}")
        return 1
    printed = PRINTED.search(text)
    if printed is None or not (ROOT / "examples/languages/price.out").read_text(encoding="utf-8").startswith(printed[1]):
        print("docs/any-language.md: the output it shows is not the beginning of examples/languages/price.out")
        return 1
    return hold_page(PAGE, text, BLOCK.sub(shown, text))


if __name__ == "__main__":
    main(hold, __doc__, program=False, update=True)
