#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the pages: a relative link leads to a file, its #part to a heading, every code block is closed, and every
`./dev NAME` that a page shows is a command of ./dev.

usage: tools/docs_links.py [FILE.md...]     (all that git knows or would add, if none is named)
"""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"(?<!\\)!?\[(?:[^\]\\]|\\.)*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
DEFINITION = re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)")
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")


def listed_pages():
    out = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout
    return [ROOT / name for name in out.split("\0") if name and (ROOT / name).is_file()]


def split(text):
    """(prose lines, code lines, line of an unclosed fence or None), both with their numbers."""
    prose, code, fence, opened = [], [], None, None
    for number, line in enumerate(text.split("\n"), 1):
        match = FENCE.match(line)
        if fence is None and match:
            fence, opened = match.group(1), number
        elif fence and match and match.group(1).startswith(fence) and not match.group(2).strip():
            fence = None
        elif fence:
            code.append((number, line))
        else:
            prose.append((number, line))
    return prose, code, opened if fence else None


def anchors(page, cache={}):
    """The parts that a link may name: headings as a code forge makes them into ids, and explicit ids."""
    if page not in cache:
        found, seen = set(), {}
        for _, line in split(page.read_text("utf-8"))[0]:
            found.update(re.findall(r"<a\s+(?:id|name)=\"([^\"]+)\"", line))
            heading = re.match(r"^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$", line)
            if heading:
                text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1)).lower()
                slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
                count = seen.get(slug, 0)
                seen[slug] = count + 1
                found.add(slug if count == 0 else f"{slug}-{count}")
        cache[page] = found
    return cache[page]


def dev_commands():
    text = (ROOT / "dev").read_text("utf-8")
    return set(re.findall(r"^cmd_(\w+)\(\)", text, re.MULTILINE))


def check(page, commands, report):
    prose, code, unclosed = split(page.read_text("utf-8"))
    if unclosed:
        report(unclosed, "a code block that is never closed")
    for number, line in prose:
        line_without_code = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line)
        targets = LINK.findall(line_without_code) + DEFINITION.findall(line_without_code)
        for target in targets:
            if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", target):
                continue
            path, _, part = unquote(target).partition("#")
            to = (page.parent / path).resolve() if path else page
            if path and not to.exists():
                report(number, f"{target}: no such file")
            elif path and ROOT not in to.parents and to != ROOT:
                report(number, f"{target}: outside the repository")
            elif part and to.suffix == ".md" and part not in anchors(to):
                report(number, f"{target}: no such heading")
    for number, line in prose + code:
        for name in re.findall(r"(?:^|[\s`$])\./dev ([a-z]+)", line):
            if name not in commands:
                report(number, f"./dev {name}: no such command")


def main(names):
    found = []
    pages = [Path(name).resolve() for name in names] or listed_pages()
    commands = dev_commands()
    for page in sorted(pages):
        check(page, commands, lambda line, text: found.append(f"{page.relative_to(ROOT)}:{line}: {text}"))
    print("\n".join(found) if found else f"{len(pages)} pages: links and code blocks are in order")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
