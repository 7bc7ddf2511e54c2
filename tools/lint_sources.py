#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What no compiler says about the sources of this repository.

usage: tools/lint_sources.py [FILE...]     (all files that git knows or would add, if none is named)

  every source       the SPDX line near its top, no tab, no trailing blank, a newline at the end
  include/ and src/  no binary floating point, nothing that reads or writes a number by the locale, and no include of a
                     stage that the stage may not see; nothing of the policy's text behind compile/
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPDX = "SPDX-License-Identifier: Apache-2.0"
CODE = {".cpp", ".hpp", ".h", ".inc"}
SOURCE_SUFFIXES = CODE | {".py", ".sh", ".cmake", ".toml", ".yml", ".c", ".lua", ".mjs"}
SOURCE_NAMES = {"CMakeLists.txt", "dev", "run", ".clang-format", ".clang-tidy", ".editorconfig", ".gitignore",
                ".gitattributes"}

FORBIDDEN = [
    (r"\b(?:double|float)\b", "binary floating point: money is exact"),
    (r"\b(?:std::)?(?:strto(?:d|f|ld)|ato[fil]|atoll|strto(?:l|ll|ul|ull|imax|umax))\s*\(", "reads by the locale"),
    (r"\b(?:std::)?sto(?:d|f|ld|i|l|ll|ul|ull)\s*\(", "reads by the locale"),
    (r"\b(?:std::)?[vfs]*scanf\s*\(", "reads by the locale"),
    (r"\b(?:setlocale|newlocale|uselocale|localeconv)\b|\bstd::locale\b|\.imbue\s*\(", "touches the locale"),
    (r"#\s*include\s*<(?:locale|clocale|locale\.h|iomanip|sstream)>", "formats by the locale"),
    (r"\bstd::[io]?stringstream\b|\bstd::set(?:precision|fill|w)\b|\bstd::(?:fixed|scientific|hexfloat)\b",
     "formats by the locale"),
    (r"\bstd::to_string\s*\(\s*\d*\.\d", "formats by the locale"),
]
# Looked for in string literals, which the patterns above do not see.
FORBIDDEN_FORMATS = re.compile(r"%[-+ #0']*(?:\d+|\*)?(?:\.(?:\d+|\*)?)?[lL]*[fFeEgGaA](?![a-z])")

# File, the text that is allowed on a line, and why.
ALLOWED = [
]

# A stage may include itself and these; pricing/ are the public headers over all stages that decide. Siblings (explain,
# audit, analysis; capi, cli) do not see each other.
DATA = {"money", "shape", "text", "market"}
COMPILED = DATA | {"policy", "compile", "pricing"}
DECIDING = COMPILED | {"match", "plan", "decide", "columns"} - {"policy"}
STAGES = {
    "money": set(),
    "shape": {"money"},
    "text": set(),
    "market": {"money", "shape", "text"},
    "pricing": {"money", "shape", "market"},
    "policy": DATA,
    "compile": DATA | {"policy", "pricing"},
    "match": {"money", "shape", "text", "market", "pricing", "compile"},
    "plan": {"money", "shape", "text", "market", "pricing", "compile", "match"},
    "decide": {"money", "shape", "text", "market", "pricing", "compile", "match", "plan"},
    "columns": {"money", "shape", "text", "market", "pricing", "compile", "match", "plan", "decide"},
    "explain": DECIDING,
    "audit": DECIDING,
    "analysis": DECIDING | {"policy"},
    "rows": DECIDING | {"explain", "audit", "analysis"},
    "arrow": DECIDING | {"audit", "rows"},
    "capi": DECIDING | {"explain", "audit", "analysis", "rows", "arrow"},
    "cli": DECIDING | {"explain", "audit", "analysis", "rows"},
}
# What a policy's text says is lowered once, by compile/. Behind it nobody names an effect of the text but the two who
# put rules into words, and the stages that decide name nothing of it.
EFFECTS_NAMED_IN = re.compile(r"^src/(policy|compile)/|^src/explain/\w*words\.(cpp|hpp)$|^src/analysis/written\.(cpp|hpp)$")
TEXT_NOT_NAMED_IN = re.compile(r"^src/(match|plan|decide|columns|audit)/")


def listed_files():
    out = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout
    return [name for name in out.split("\0") if name and (ROOT / name).is_file()]


TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|R"(?P<tag>[^\s()\\]{0,16})\((?P<raw>.*?)\)(?P=tag)"|"""
    r"""(?P<string>"(?:\\.|[^"\\\n])*")|(?P<char>(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+')""",
    re.DOTALL,
)


def blank(text):
    return re.sub(r"[^\n]", " ", text)


def code_only(text):
    """The text with comments and literals blanked, and the literals alone; lines stay where they are."""
    strings = list(blank(text))

    def keep(match):
        if not match.group("comment"):
            strings[match.start():match.end()] = match.group(0)
        return blank(match.group(0))

    # An include's name is no string for us.
    guarded = re.sub(r'(#\s*include\s*)"([^"\n]*)"', r"\1<\2>", text)
    return TOKEN.sub(keep, guarded), "".join(strings)


def stage_of(name):
    match = re.match(r"(?:include/pricepoint|src)/(\w+)/", name)
    return match.group(1) if match else None


def lint_code(name, text, report):
    code, strings = code_only(text)
    for number, (line, literal, original) in enumerate(
            zip(code.split("\n"), strings.split("\n"), text.split("\n")), 1):
        if any(name == file and part in original for file, part, _ in ALLOWED):
            continue
        for pattern, why in FORBIDDEN:
            match = re.search(pattern, line)
            if match:
                report(name, number, f"`{match.group(0).strip()}`: {why}")
        if "printf" in line and FORBIDDEN_FORMATS.search(literal):
            report(name, number, "printf of a floating point number: formats by the locale")
        include = re.match(r"\s*#\s*include\s*<(?:pricepoint/)?(\w+)/", line)
        stage = stage_of(name)
        if include and include.group(1) in STAGES and stage in STAGES and include.group(1) != stage:
            if include.group(1) not in STAGES[stage]:
                report(name, number, f"{stage} may not include {include.group(1)}")
        if re.search(r"\blanguage::effect\b|\bpolicy_language::effect\b", line) and not EFFECTS_NAMED_IN.match(name):
            report(name, number, "an effect of the policy's text: read what compile/ has lowered")
        elif re.search(r"\b(?:policy_)?language::", line) and TEXT_NOT_NAMED_IN.match(name):
            report(name, number, "the policy's text: read what compile/ has lowered")


def lint(name, report):
    path = ROOT / name
    if path.suffix not in SOURCE_SUFFIXES and path.name not in SOURCE_NAMES:
        return
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        report(name, 1, "not UTF-8")
        return
    if SPDX not in "\n".join(text.split("\n", 6)[:6]):
        report(name, 1, f"no line `{SPDX}` near the top")
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line:
            report(name, number, "a tab")
        if line != line.rstrip():
            report(name, number, "blanks at the end of the line")
    if text and not text.endswith("\n"):
        report(name, text.count("\n") + 1, "no newline at the end")
    if path.suffix in CODE and name.startswith(("include/", "src/")):
        lint_code(name, text, report)


def main(names):
    found = []

    def report(name, line, message):
        found.append(f"{name}:{line}: {message}")

    files = names or listed_files()
    for name in sorted(files):
        lint(name, report)
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main([str(Path(name).resolve().relative_to(ROOT)) for name in sys.argv[1:]]))
