#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold the README to what it shows: the example is examples/quickstart.cpp, its output examples/quickstart.out (which
the example's own test compares with what the program prints), the policy examples/policies/worked-example.json; the one
in C is examples/c/storefront.c; and examples/python/quickstart.py with its output, which the tests of the Python package
compare.

usage: tests/golden/readme.py [--update]
"""

import re

from _golden import ROOT, hold_page, main


def body(name):
    """A file without its SPDX line and what is meant for the formatter."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    notes = ("SPDX-License-Identifier", "clang-format off")
    return "\n".join(line for line in lines if not any(note in line for note in notes)).strip("\n")


def hold():
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    wanted = text
    blocks = {"c": "examples/c/storefront.c", "cpp": "examples/quickstart.cpp", "text": "examples/quickstart.out", "jsonc": "examples/policies/worked-example.json",
              "python": "examples/python/quickstart.py", "console": "examples/python/quickstart.out"}
    for language, name in blocks.items():
        block = re.compile(rf"^```{language}\n.*?^```$", re.M | re.S)
        if len(block.findall(wanted)) != 1:
            print(f"README.md: one block of {language} expected, for {name}")
            return 1
        content = body(name)
        wanted = block.sub(lambda _, shown=f"```{language}\n{content}\n```": shown, wanted)
    lines = len(body("examples/quickstart.cpp").splitlines())
    if lines > 9:
        print(f"examples/quickstart.cpp has {lines} lines; the README promises nine")
        return 1
    lines = len(body("examples/c/storefront.c").splitlines())
    if lines >= 40:
        print(f"examples/c/storefront.c has {lines} lines; the README promises less than forty")
        return 1
    return hold_page(readme, text, wanted)


if __name__ == "__main__":
    main(hold, __doc__, program=False, update=True)
