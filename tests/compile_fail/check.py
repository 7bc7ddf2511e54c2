#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compile one file and say whether it did what it must.

usage: check.py SOURCE COMPILER [FLAG...]

ok_*.cpp must compile. Any other file must fail, and the compiler's message must match the regular expression in the
file's first line: `// expect: REGEX`. A file that fails for another reason, a typing error say, proves nothing.
"""

import os
import re
import subprocess
import sys


def main(source, command):
    result = subprocess.run(
        [*command, "-fsyntax-only", source],
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        check=False,
    )
    if os.path.basename(source).startswith("ok_"):
        if result.returncode != 0:
            print(result.stderr)
            print(f"{source}: must compile and does not")
        return result.returncode != 0
    with open(source, encoding="utf-8") as file:
        expected = re.match(r"// expect: (.+)$", file.readline().rstrip())
    if not expected:
        print(f"{source}: the first line must be `// expect: REGEX`")
        return True
    if result.returncode == 0:
        print(f"{source}: must not compile and does")
        return True
    if not re.search(expected.group(1), result.stderr):
        print(result.stderr)
        print(f"{source}: fails with another message than /{expected.group(1)}/")
        return True
    return False


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
