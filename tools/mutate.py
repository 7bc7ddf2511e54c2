#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Changes one place of the arithmetic, the shapes or the engine at a time, and looks whether a test notices.

usage: tools/mutate.py [COUNT] [--seed S] [--list] [--only N,N...] [--strict]

All mutants are in one build: `a < b` becomes `(pricepoint_mutant(17) ? (a <= b) : (a < b))`, and PRICEPOINT_MUTANT=17
switches that one on. The places come from clang's syntax tree, so that the type of an expression stays what it was.
Works on a copy of the sources in build/mutate, with a build of its own at -O0. The first run has no mutant; it must pass,
and tells which tests come by which mutant and how long they take. Then each mutant has the tests that come by it, until
one fails or has not ended in several times its time: unit_tests, agreement_main, property_tests. The same seed takes the
same mutants of the same lines. What does not compile, or was looked at and changes no answer
(mutants_without_effect.txt), is left and another taken. Exit status 1: less than 90% were
killed, or with --strict one survived. [REL-81]
"""

import argparse
import bisect
import concurrent.futures
import hashlib
import inspect
import json
import os
import pathlib
import random
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time

try:
    import clang.cindex as cindex
except ImportError:  # a Python beside Debian's
    sys.path.append("/usr/lib/python3/dist-packages")
    import clang.cindex as cindex

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "mutate"
SOURCES = WORK / "source"
BUILD = WORK / "build"
UNCOMPILABLE = WORK / "uncompilable.json"
WITHOUT_EFFECT = ROOT / "tools" / "mutants_without_effect.txt"
PLACES = ("include/pricepoint/money/", "include/pricepoint/shape/", "src/money/", "src/shape/", "src/compile/",
          "src/match/", "src/plan/", "src/decide/", "src/columns/")
TARGETS = ["unit_tests", "agreement_main", "property_tests"]
WORKERS = min(2, os.cpu_count() or 1)
ENOUGH = 0.9
# Without those of the limits of texts, which take long and look at nothing that others do not, and some that wait.
UNIT_TESTS = "-policy_limits.*:segment_index.counts_as_one_by_one:auditor.takes_sellers_that_are_made_*:" \
    "policy_slot.swaps_ten_thousand_times_*:parse.a_long_chain_*:parse.a_text_full_*:instant.every_day_of_four_centuries_*"
# Of the engine, and over in seconds; the agreement has its own program.
PROPERTIES = "saving_rate.*_small_prices:blocks.*_of_three_policies"
# agreement_main SEED POLICIES REQUESTS, from quick to thorough.
AGREEMENTS = [(1, 4, 20), (101, 25, 30), (1001, 250, 30)]
QUICK_TEST = 300  # milliseconds
FIRST_TESTS = 30

# Left aside, with the reason: what a mutant of these does to an answer says nothing about the tests.
IGNORED_FILES = {
    "src/columns/prefetch.hpp": "asks for memory that is needed soon: no answer depends on it",
    "src/columns/lanes_avx2.cpp": "the text is that of lanes_base.cpp, but for what is written by hand",
    "src/columns/lanes_avx512.cpp": "the text is that of lanes_base.cpp",
}
IGNORED_TEXT = [
    (r"\bhash|_hash\b|\bhash_|\bmix(ed)?\b|salt", "a worse hash finds the same"),
    (r"\breserve\(|shrink_to_fit|\.capacity\(\)", "room that is made before or when it is needed"),
    (r"prefetch|ahead", "hints to the cache"),
    (r"\bstats_?\b|\bstatistics\b", "figures about the work, not its result"),
    (r"^\s*assert\(", "an assertion is a test itself"),
    (r"\bmax_(kept|in_table|pool|sets|variant_sets|combined|programs|members|forms_searched|cells|kinds)\b",
     "capacities that bound memory alone"),
]
IGNORED = re.compile("|".join(f"(?:{pattern})" for pattern, _ in IGNORED_TEXT))

OPERATORS = {
    "<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"), "==": ("!=",), "!=": ("==",),
    "+": ("-",), "-": ("+",), "*": ("+",), "/": ("*",), "%": ("/",), "&&": ("||",), "||": ("&&",), "&": ("|",),
    "|": ("&",), "^": ("|",), "<<": (">>",), ">>": ("<<",),
    "+=": ("-=",), "-=": ("+=",), "*=": ("+=",), "/=": ("*=",), "%=": ("/=",), "|=": ("&=",), "&=": ("|=",),
    "<<=": (">>=",), ">>=": ("<<=",),
}
SWITCH = """#pragma once
#include <cstdlib>
inline int pricepoint_active_mutant = 0;
inline unsigned char pricepoint_reached[COUNT];
// Before anything else that runs: constants of other files may be made of what is switched here.
[[gnu::constructor(101)]] static void pricepoint_switch_mutant() {
  const char* const wanted = std::getenv("PRICEPOINT_MUTANT");
  pricepoint_active_mutant = wanted != nullptr ? std::atoi(wanted) : 0;
}
// Static and always inline: files of other instruction sets share no function.
[[gnu::always_inline]] static constexpr inline bool pricepoint_mutant(int n) {
  if (__builtin_is_constant_evaluated()) return false;  // of any standard, for the compiler checks of CMake
  pricepoint_reached[n] = 1;
  return pricepoint_active_mutant == n;
}
"""
LISTENER = """#include <gtest/gtest.h>
#include <algorithm>
#include <cstdio>
#include <iterator>
namespace {
struct reached : testing::EmptyTestEventListener {
  std::FILE* out = nullptr;
  void write(const char* suite, const char* name, long long ms) {
    std::fprintf(out, "%s.%s %lld", suite, name, ms);
    for (std::size_t i = 0; i < std::size(pricepoint_reached); ++i)
      if (pricepoint_reached[i] != 0) std::fprintf(out, " %zu", i);
    std::fputc('\\n', out);
    std::fflush(out);
    std::fill(std::begin(pricepoint_reached), std::end(pricepoint_reached), 0);
  }
  void OnTestProgramStart(const testing::UnitTest&) override { write("", "", 0); }
  void OnTestEnd(const testing::TestInfo& info) override {
    write(info.test_suite_name(), info.name(), info.result()->elapsed_time());
  }
};
[[maybe_unused]] const bool listening = [] {
  if (const char* name = std::getenv("PRICEPOINT_REACHED")) {
    auto* made = new reached;
    made->out = std::fopen(name, "w");
    testing::UnitTest::GetInstance()->listeners().Append(made);
  }
  return true;
}();
}  // namespace
"""
AT_EXIT = """#include <cstdio>
#include <iterator>
namespace {
struct at_exit {
  ~at_exit() {
    const char* const name = std::getenv("PRICEPOINT_REACHED_AT_EXIT");
    std::FILE* const out = name != nullptr ? std::fopen(name, "w") : nullptr;
    if (out == nullptr) return;
    for (std::size_t i = 0; i < std::size(pricepoint_reached); ++i)
      if (pricepoint_reached[i] != 0) std::fprintf(out, "%zu ", i);
    std::fclose(out);
  }
} writes;
}  // namespace
"""
SWITCH_NAME = "build/mutation.hpp"
EXTRA = {"tests/property/mutation_reached.cpp": AT_EXIT,
         "tests/unit/mutation_listener_test.cpp": LISTENER, "tests/property/mutation_listener_test.cpp": LISTENER}


class Point:
    """A place, and what may stand there instead; texts are those of the range [start, end)."""

    def __init__(self, name, start, end, kind, texts, line):
        self.name, self.start, self.end, self.kind, self.texts, self.line = name, start, end, kind, texts, line
        self.key = (name, start, end, kind)


def flat(text):
    """On one line, so that the lines behind stay what they were."""
    return re.sub(r"\s+", " ", re.sub(r"//[^\n]*", "", text))


class Finder:
    """The points of one unit of the compiler."""

    def __init__(self, root):
        self.root, self.points, self.bytes = root, {}, {}
        self.either_end = set()  # of `a < b ? a : b`: where both are the same it does not matter which is taken

    def content(self, name):
        if name not in self.bytes:
            self.bytes[name] = (self.root / name).read_bytes()
        return self.bytes[name]

    def name_of(self, path):
        path = os.path.normpath(path)
        prefix = str(self.root) + os.sep
        name = path[len(prefix):] if path.startswith(prefix) else ""
        return name if name.startswith(PLACES) and name not in IGNORED_FILES else None

    def text(self, name, start, end):
        return self.content(name)[start:end].decode("utf-8")

    def line_text(self, name, start, end):
        content = self.content(name)
        begin, finish = content.rfind(b"\n", 0, start) + 1, content.find(b"\n", end)
        return content[begin:finish].decode("utf-8")

    def add(self, name, start, end, kind, texts):
        if end <= start or not texts:
            return
        content = self.text(name, start, end)
        around = self.line_text(name, start, end)
        if "\n#" in content or "INT64_C" in content or around.lstrip().startswith("#") or IGNORED.search(around):
            return
        line = self.content(name).count(b"\n", 0, start) + 1
        self.points.setdefault((name, start, end, kind), Point(name, start, end, kind, texts, line))

    def parse(self, path, arguments):
        unit = cindex.Index.create().parse(path, args=arguments)
        for cursor in unit.cursor.get_children():
            self.top(cursor)

    def top(self, cursor):
        file = cursor.location.file
        if file is None:
            return
        # lanes.inc stands within a namespace of another file.
        if cursor.kind in (cindex.CursorKind.NAMESPACE, cindex.CursorKind.UNEXPOSED_DECL):
            if "/src/" in file.name or "/include/pricepoint/" in file.name:
                for child in cursor.get_children():
                    self.top(child)
            return
        name = self.name_of(file.name)
        if name:
            self.visit(cursor, name, None)

    def visit(self, cursor, name, parent):
        kinds = cindex.CursorKind
        kind = cursor.kind
        if kind in (kinds.STATIC_ASSERT, kinds.TYPE_ALIAS_DECL, kinds.TYPEDEF_DECL, kinds.ENUM_DECL, kinds.USING_DECLARATION,
                    kinds.TEMPLATE_NON_TYPE_PARAMETER, kinds.TEMPLATE_TYPE_PARAMETER, kinds.TYPE_ALIAS_TEMPLATE_DECL):
            return
        start, end = cursor.extent.start.offset, cursor.extent.end.offset
        children = list(cursor.get_children())
        if kind in (kinds.FUNCTION_DECL, kinds.CXX_METHOD, kinds.FUNCTION_TEMPLATE, kinds.CONVERSION_FUNCTION, kinds.DESTRUCTOR):
            if IGNORED.search(cursor.spelling) or "consteval" in self.text(name, start, cursor.location.offset):
                return
            children = [child for child in children if child.kind == kinds.COMPOUND_STMT]  # not noexcept, not requires
        elif kind in (kinds.VAR_DECL, kinds.FIELD_DECL):
            if "constexpr" in self.text(name, start, cursor.location.offset) or IGNORED.search(cursor.spelling):
                return
            at = cursor.location.offset  # what stands before it is its type, behind it in brackets its bound
            kept = []
            for child in children:
                begin = child.extent.start.offset
                literal = self.is_literal(child)
                # A constant is none of the places, and what a variable holds before it gets its value is mostly never read;
                # where it is, what is done with it is a place.
                if begin <= at or self.text(name, at, begin).rstrip().endswith("[") or literal:
                    continue
                kept.append(child)
            children = kept
        elif kind == kinds.CASE_STMT:
            children = children[1:]
        elif kind == kinds.IF_STMT and re.match(r"if\s+constexpr", self.text(name, start, end)):
            children = children[1:]
        if kind == kinds.CONDITIONAL_OPERATOR and len(children) == 3:
            asked, *both = ((one.extent.start.offset, one.extent.end.offset) for one in children)
            parts = re.split(r"\s*[<>]=?\s*", self.text(name, *asked))
            if sorted(parts) == sorted(self.text(name, *one) for one in both):
                self.either_end.add((name, *asked))
        self.points_of(cursor, kind, name, start, end, children, parent)
        if kind == kinds.COMPOUND_STMT:
            bodies = children
        elif kind in (kinds.FOR_STMT, kinds.WHILE_STMT, kinds.CXX_FOR_RANGE_STMT, kinds.DO_STMT):
            bodies = children[-1:]
        elif kind == kinds.IF_STMT:
            bodies = children[1:]
        else:
            bodies = []
        for child in bodies:
            self.statement(child, name)
        for child in children:
            self.visit(child, name, cursor)

    def is_literal(self, cursor):
        kinds = cindex.CursorKind
        if cursor.kind in (kinds.INTEGER_LITERAL, kinds.CXX_BOOL_LITERAL_EXPR):
            return True
        inner = list(cursor.get_children())
        return cursor.kind in (kinds.UNEXPOSED_EXPR, kinds.INIT_LIST_EXPR, kinds.UNARY_OPERATOR, kinds.CALL_EXPR) and bool(inner) \
            and all(map(self.is_literal, inner))

    def statement(self, cursor, name):
        kinds = cindex.CursorKind
        inner = cursor
        while inner.kind == kinds.UNEXPOSED_EXPR:
            below = list(inner.get_children())
            if len(below) != 1:
                break
            inner = below[0]
        start, end = cursor.extent.start.offset, cursor.extent.end.offset
        content = self.text(name, start, end)
        called = inner.kind == kinds.CALL_EXPR and content.endswith(")")
        if inner.kind == kinds.CALL_EXPR and not called:
            called = re.search(r"[^=!<>]=[^=]", content) is not None  # operator=
        assigned = inner.kind == kinds.BINARY_OPERATOR or inner.kind == kinds.COMPOUND_ASSIGNMENT_OPERATOR
        counted = inner.kind == kinds.UNARY_OPERATOR and ("++" in content or "--" in content)
        if not (called or assigned or counted):
            return
        if not re.match(rb"\s*;", self.content(name)[end:end + 80]) or re.match(r"assert\b|static_cast<void>", content):
            return
        self.add(name, start, end, "statement", ["/* left out */"])

    def points_of(self, cursor, kind, name, start, end, children, parent):
        kinds = cindex.CursorKind
        if kind in (kinds.BINARY_OPERATOR, kinds.COMPOUND_ASSIGNMENT_OPERATOR) or \
                kind == kinds.CALL_EXPR and re.match(r"operator[=!<>+\-*/%]", cursor.spelling):
            if len(children) < 2:
                return
            left, right = children[0], children[-1]
            left_end, right_start = left.extent.end.offset, right.extent.start.offset
            if left.extent.start.offset != start or right.extent.end.offset != end or right_start <= left_end:
                return
            between = self.text(name, left_end, right_start)
            operator = flat(between).strip()
            if operator not in OPERATORS:
                return
            a, b = self.text(name, start, left_end), self.text(name, right_start, end)
            others = OPERATORS[operator]
            if (name, start, end) in self.either_end and operator in ("<", "<=", ">", ">="):
                others = others[1:]
            assigns = operator.endswith("=") and operator not in ("==", "!=", "<=", ">=")
            texts = [flat(f"{a} {into} {b}") if assigns else flat(f"({a}) {into} ({b})") for into in others]
            self.add(name, start, end, operator, texts)
        elif kind == kinds.UNARY_OPERATOR:
            content = self.text(name, start, end)
            if content.startswith("!"):
                self.add(name, start, end, "!", [flat("!!(" + content[1:] + ")")])
            for one, other in (("++", "--"), ("--", "++")):
                if content.startswith(one):
                    self.add(name, start, end, one, [other + flat(content[2:])])
                elif content.endswith(one):
                    self.add(name, start, end, one, [flat(content[:-2]) + other])
        elif kind == kinds.INTEGER_LITERAL:
            content = self.text(name, start, end)
            before = self.content(name)[start - 1:start]
            after = self.content(name)[end:end + 1]
            # Adjacent angles are those of template arguments.
            if not re.fullmatch(r"(0[xX][0-9a-fA-F']+|\d[\d']*)[uUlLzZ]*", content) or before == b"<" or after == b">":
                return
            if parent is not None and parent.kind in (kinds.DECL_REF_EXPR, kinds.MEMBER_REF_EXPR, kinds.TYPE_REF,
                                                     kinds.OVERLOADED_DECL_REF):
                return
            self.add(name, start, end, "number", [f"{content} + 1", f"{content} - 1"])
        elif kind == kinds.CXX_BOOL_LITERAL_EXPR:
            content = self.text(name, start, end)
            template_argument = self.content(name)[start - 1:start] == b"<" or self.content(name)[end:end + 1] == b">"
            if content in ("true", "false") and not template_argument:
                self.add(name, start, end, "bool", ["false" if content == "true" else "true"])
        elif kind == kinds.DECL_REF_EXPR:
            content = self.text(name, start, end)
            swapped = {"rounding::down": "rounding::up", "rounding::up": "rounding::down", "rounding::half_up": "rounding::down"}
            if content in swapped:
                self.add(name, start, end, "rounding", [swapped[content]])
        elif kind == kinds.CALL_EXPR:
            content = self.text(name, start, end)
            for one, other in (("std::min(", "std::max("), ("std::max(", "std::min(")):
                if content.startswith(one):
                    self.add(name, start, end, one[:-1], [flat(other + content[len(one):])])


def find_unit(entry):
    words = shlex.split(entry["command"])
    arguments = []
    for n, word in enumerate(words):
        if word.startswith(("-I", "-D", "-std")):
            arguments.append(word)
        elif word == "-isystem":
            arguments += [word, words[n + 1]]
    # Places are those of the sources themselves; the build is of their copy.
    finder = Finder(ROOT)
    arguments = [one.replace(str(SOURCES), str(ROOT)) for one in arguments]
    finder.parse(entry["file"].replace(str(SOURCES), str(ROOT)), arguments)
    return finder.points


def units():
    database = json.loads((BUILD / "compile_commands.json").read_text("utf-8"))
    places = tuple(str(SOURCES / place) for place in PLACES)
    return sorted((one for one in database if one["file"].startswith(places)
                   and os.path.relpath(one["file"], SOURCES) not in IGNORED_FILES), key=lambda one: one["file"])


def find_points():
    """All of them, in the order of the sources. Kept until a source changes: reading the tree takes a minute."""
    digest = hashlib.sha256((inspect.getsource(Finder) + IGNORED.pattern + str((PLACES, IGNORED_FILES, OPERATORS))).encode())
    for directory in ("include", "src"):
        for path in sorted((ROOT / directory).rglob("*.*")):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    kept = WORK / "points.json"
    if kept.exists():
        known = json.loads(kept.read_text("utf-8"))
        if known["of"] == digest.hexdigest():
            return [Point(*one) for one in known["points"]]
    found = {}
    with concurrent.futures.ProcessPoolExecutor(WORKERS) as pool:
        for points in pool.map(find_unit, units()):
            for key, point in points.items():
                found.setdefault(key, point)
    points = [found[key] for key in sorted(found)]
    kept.write_text(json.dumps({"of": digest.hexdigest(), "points": [
        [one.name, one.start, one.end, one.kind, one.texts, one.line] for one in points]}), "utf-8")
    return points


class Mutant:
    def __init__(self, number, point, text):
        self.number, self.point, self.text = number, point, text
        self.compiles = True
        content = (ROOT / point.name).read_bytes()
        self.before = content[point.start:point.end].decode("utf-8")
        self.lines = range(point.line, point.line + self.before.count("\n") + 1)
        self.key = hashlib.sha256(content + f"{point.key} {text}".encode()).hexdigest()[:20]
        line = content.splitlines()[point.line - 1].decode("utf-8")
        into = "left out" if point.kind == "statement" else f"-> {text}"
        self.in_its_line = f"{point.name} | {line.strip()} | {flat(self.before)} {into}"
        # Which of several alike.
        begin = content.rfind(b"\n", 0, point.start) + 1
        at = len(content[begin:point.start].decode("utf-8"))
        same = [one.start() for one in re.finditer(rf"(?<!\w){re.escape(self.before)}(?!\w)", line)]
        if len(same) > 1 and at in same:
            self.in_its_line += f" #{same.index(at) + 1}"

    def schema(self):
        switch = f"::pricepoint_mutant({self.number})"
        if self.point.kind == "statement":
            return f"({switch} ? void() : void({self.before}))"
        return f"({switch} ? ({self.text}) : ({self.before}))"

    def __str__(self):
        into = "left out" if self.point.kind == "statement" else f"-> {self.text}"
        return f"{self.point.name}:{self.point.line}: {flat(self.before)} {into}"


def choose(points, count, seed):
    """Some more than asked for, since not all compile; no two in one another. A change elsewhere changes no other."""
    seen, by_chance = {}, {}
    for point in points:
        content = (ROOT / point.name).read_bytes()
        about = f"{seed} {point.name} {point.kind} {point.texts} {content.splitlines()[point.line - 1]}"
        seen[about] = seen.get(about, 0) + 1
        by_chance[hashlib.sha256(f"{about} {seen[about]}".encode()).hexdigest()] = point
    without_effect = {line.rstrip("\n") for line in WITHOUT_EFFECT.open(encoding="utf-8")}
    taken, chosen = {}, []
    for digest in sorted(by_chance):
        point = by_chance[digest]
        text = random.Random(digest).choice(point.texts)
        if Mutant(0, point, text).in_its_line in without_effect:
            continue
        ranges = taken.setdefault(point.name, [])
        at = bisect.bisect(ranges, (point.start, point.end))
        if at > 0 and ranges[at - 1][1] > point.start or at < len(ranges) and ranges[at][0] < point.end:
            continue
        ranges.insert(at, (point.start, point.end))
        chosen.append(Mutant(len(chosen) + 1, point, text))
        if len(chosen) >= count + count // 8 + 5:
            break
    return chosen


def write(mutants):
    """The copy of the sources. Only what differs: the build looks at times."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                            capture_output=True, encoding="utf-8").stdout.split("\0")
    wanted = {name: (ROOT / name).read_bytes() for name in filter(None, listed) if (ROOT / name).is_file()}
    for mutant in sorted(mutants, key=lambda one: -one.point.start):
        if mutant.compiles:
            point = mutant.point
            content = wanted[point.name]
            wanted[point.name] = content[:point.start] + mutant.schema().encode() + content[point.end:]
    wanted[SWITCH_NAME] = SWITCH.replace("COUNT", str(-(-(len(mutants) + 1) // 1024) * 1024)).encode()
    wanted.update((name, text.encode()) for name, text in EXTRA.items())
    for name, content in wanted.items():
        to = SOURCES / name
        if not to.exists() or to.read_bytes() != content:
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(content)
            os.chmod(to, (ROOT / name).stat().st_mode & 0o777 if (ROOT / name).exists() else 0o644)
    for place in ("src", "include", "tests"):
        for path in (SOURCES / place).rglob("*"):
            if path.is_file() and str(path.relative_to(SOURCES)) not in wanted:
                path.unlink()
    return hashlib.sha256(b"".join(content for name, content in sorted(wanted.items())
                                   if name.startswith(("src/", "include/", SWITCH_NAME)))).hexdigest()


def configure():
    os.environ.update({"CCACHE_BASEDIR": str(SOURCES), "CCACHE_NOHASHDIR": "1"})
    done = subprocess.run(
        ["cmake", "-S", SOURCES, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0 -g0",
         f"-DCMAKE_CXX_FLAGS=-w -Wno-narrowing -include {SOURCES / SWITCH_NAME}", "-DPRICEPOINT_BUILD_TESTS=ON",
         "-DPRICEPOINT_HARDEN=OFF",
         "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache", "-DCMAKE_C_COMPILER_LAUNCHER=ccache", "-DPRICEPOINT_COMMA_LOCALE="],
        capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        sys.exit(f"cmake: {done.stderr[-2000:]}")


def drop_wrong(mutants, output):
    """Those in whose lines an error is; how many."""
    places = {}
    for mutant in mutants:
        if mutant.compiles:
            for line in mutant.lines:
                places.setdefault((mutant.point.name, line), []).append(mutant)
    wrong = set()
    for error in re.split(r"\n(?=\S+:\d+:\d+: error:)", "\n" + output):
        if ": error:" not in error:
            continue
        # Where it is; else whence it was required.
        for path, line in re.findall(r"(\S+?):(\d+):\d+:", error):
            name = os.path.relpath(os.path.normpath(os.path.join(BUILD, path)), SOURCES)
            if found := places.get((name, int(line))):
                wrong.update(found)
                break
    for mutant in wrong:
        mutant.compiles = False
    known = json.loads(UNCOMPILABLE.read_text("utf-8")) if UNCOMPILABLE.exists() else []
    UNCOMPILABLE.write_text(json.dumps(sorted(set(known) | {one.key for one in wrong})), "utf-8")
    return len(wrong)


def syntax(entry):
    words = [word for word in shlex.split(entry["command"])]
    if pathlib.Path(words[0]).name == "ccache":
        words = words[1:]
    words = words[:words.index("-o")] + ["-fsyntax-only", entry["file"]]
    return subprocess.run(words, cwd=BUILD, capture_output=True, encoding="utf-8", errors="replace", check=False).stderr


def build(mutants):
    """Until all that is left compiles."""
    to_check = units()
    compiled = WORK / "compiled"  # the sources that did
    while True:
        written = write(mutants)
        if compiled.exists() and compiled.read_text("utf-8") == written:
            break
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            outputs = list(pool.map(syntax, to_check))
        failed = [unit for unit, output in zip(to_check, outputs) if ": error:" in output]
        if not failed:
            compiled.write_text(written, "utf-8")
            break
        if drop_wrong(mutants, "\n".join(outputs)) == 0:
            sys.exit("the sources do not compile, and no mutant is why:\n" + "\n".join(outputs)[:3000])
        to_check = failed
    while True:
        done = subprocess.run(["cmake", "--build", BUILD, "--parallel", str(WORKERS), "--target", *TARGETS, "--", "-k", "0"],
                              capture_output=True, encoding="utf-8", errors="replace", check=False)
        if done.returncode == 0:
            return
        if drop_wrong(mutants, done.stdout) == 0:
            sys.exit("the sources do not build, and no mutant is why:\n" + done.stdout[-3000:])
        write(mutants)


def run(command, seconds, **environment):
    """(Whether all went well, what it said); None where it did not end within so many seconds of the processor's time."""
    with tempfile.TemporaryDirectory(dir=WORK) as temporary, subprocess.Popen(
            ["bash", "-c", f'ulimit -v 6000000 -c 0 -t {int(seconds) + 1}; exec "$@"', "_", *map(str, command)], cwd=SOURCES,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
            start_new_session=True, env={**os.environ, "TMPDIR": temporary, "PRICEPOINT_SEED": "1", **environment}) as process:
        # For those that wait for what never comes; other work on the machine makes no test slower than this.
        timer = threading.Timer(60 * seconds, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        output = process.communicate()[0]
        timer.cancel()
        over = -process.returncode in (signal.SIGKILL, signal.SIGXCPU)
        return (None if over else process.returncode == 0), output


class Tests:
    """Of the clean run: which test comes by which mutant, and how long it takes. Kept for as long as the programs are the
    same."""

    def __init__(self):
        digest = hashlib.sha256(str((UNIT_TESTS, PROPERTIES, AGREEMENTS)).encode())
        for program in TARGETS:
            digest.update((BUILD / "tests" / program).read_bytes())
        kept = WORK / "tests.json"
        known = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
        if known.get("of") != digest.hexdigest():
            known = {"of": digest.hexdigest(), "unit": self.reached("unit_tests", UNIT_TESTS),
                     "property": self.reached("property_tests", PROPERTIES),
                     "agreement": [self.compared(numbers) for numbers in AGREEMENTS]}
            kept.write_text(json.dumps(known), "utf-8")
        self.unit, self.property, self.agreement = known["unit"], known["property"], known["agreement"]

    @staticmethod
    def compared(numbers):
        to = WORK / "agreement.reached"
        begun = os.times().children_user
        good, output = run([BUILD / "tests" / "agreement_main", *numbers], 3600, PRICEPOINT_REACHED_AT_EXIT=str(to))
        if not good:
            sys.exit(f"agreement_main {numbers} without a mutant:\n{output[-3000:]}")
        return os.times().children_user - begun, list(map(int, to.read_text("utf-8").split()))

    @staticmethod
    def reached(program, wanted):
        to = WORK / f"{program}.reached"
        good, output = run([BUILD / "tests" / program, "--gtest_brief=1", f"--gtest_filter={wanted}"], 3600,
                           PRICEPOINT_REACHED=str(to))
        if not good:
            sys.exit(f"{program} without a mutant:\n{output[-3000:]}")
        tests = []
        for line in to.read_text("utf-8").splitlines():
            name, ms, *numbers = line.split(" ")
            tests.append((name, int(ms), list(map(int, numbers))))
        before = tests[0][2]  # what runs before any test is of all of them
        return [(name, ms, numbers + before) for name, ms, numbers in tests[1:]]

    @staticmethod
    def of(tests, number):
        """Those that come by a mutant, in groups: a few that are over at once, the quick ones, the others."""
        found = sorted((ms, name) for name, ms, numbers in tests if number in numbers)
        quick = sum(ms <= QUICK_TEST for ms, _ in found)
        first = min(FIRST_TESTS, quick)
        return found[:first], found[first:quick], found[quick:]


def limit(seconds):
    """When what takes so long without a mutant has no end."""
    return 10 + 5 * seconds


def google(program, tests, number):
    """The first of the tests that fails."""
    if not tests:
        return None
    with tempfile.NamedTemporaryFile("w", dir=WORK, suffix=".flags") as flags:
        flags.write("--gtest_filter=" + ":".join(name for _, name in tests) + "\n")
        flags.flush()
        good, output = run([BUILD / "tests" / program, f"--gtest_flagfile={flags.name}", "--gtest_brief=1",
                            "--gtest_fail_fast"], limit(sum(ms for ms, _ in tests) / 1000), PRICEPOINT_MUTANT=str(number))
    if good is None:
        return f"{program} did not end"
    if good:
        return None
    failed = re.search(r"\[  FAILED  \] (\S+)", output)
    return failed.group(1).rstrip(",") if failed else f"{program} crashed"


def judge(mutant, tests):
    """What notices, or nothing; and whether anything came by it."""
    number = mutant.number

    def agreement(which):
        seconds, numbers = tests.agreement[which]
        if number not in numbers:
            return None
        good, _ = run([BUILD / "tests" / "agreement_main", *AGREEMENTS[which]], limit(seconds), PRICEPOINT_MUTANT=str(number))
        return None if good else "agreement_main" + (" did not end" if good is None else "")

    first, quick, slow = tests.of(tests.unit, number)
    properties = sum(tests.of(tests.property, number), [])
    if not first and not slow and not properties and not any(number in numbers for _, numbers in tests.agreement):
        return None, False
    return (google("unit_tests", first, number) or agreement(0) or google("unit_tests", quick, number) or
            google("unit_tests", slow, number) or agreement(1) or google("property_tests", properties, number)), True


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("count", nargs="?", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="show the mutants, build nothing")
    parser.add_argument("--only", default="", metavar="N,N", help="run these of them")
    parser.add_argument("--strict", action="store_true", help="exit status 1 where one survives")
    arguments = parser.parse_args()

    begun = time.monotonic()
    WORK.mkdir(parents=True, exist_ok=True)
    if not (BUILD / "build.ninja").exists():
        write([])
    configure()
    points = find_points()
    mutants = choose(points, arguments.count, arguments.seed)
    known = set(json.loads(UNCOMPILABLE.read_text("utf-8"))) if UNCOMPILABLE.exists() else set()
    for mutant in mutants:
        mutant.compiles = mutant.key not in known
    if arguments.list:
        for mutant in mutants[:arguments.count]:
            print(f"{mutant.number} {mutant}")
        print(f"{min(len(mutants), arguments.count)} of {len(points)} places")
        return 0
    print(f"{len(points)} places, read in {time.monotonic() - begun:.0f} s", flush=True)
    build(mutants)
    compiling = [one for one in mutants if one.compiles]
    chosen = compiling[:arguments.count]
    print(f"{len(mutants) - len(compiling)} do not compile; built after {time.monotonic() - begun:.0f} s", flush=True)
    tests = Tests()
    print(f"without a mutant all tests pass; after {time.monotonic() - begun:.0f} s", flush=True)
    if arguments.only:
        numbers = set(map(int, arguments.only.split(",")))
        chosen = [one for one in chosen if one.number in numbers]
    killed, survived = 0, []
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        for mutant, (by, came) in zip(chosen, pool.map(lambda one: judge(one, tests), chosen)):
            killed += by is not None
            if by is None:
                survived.append((mutant, came))
            verdict = f"killed by {by}" if by else "SURVIVED" if came else "SURVIVED, no test comes by"
            print(f"{mutant.number} {mutant.point.name}:{mutant.point.line}: {verdict}", flush=True)
    print()
    for mutant, came in survived:
        print(f"{mutant.number} {mutant}" + ("" if came else "  (no test comes by)"))
    share = killed / max(1, len(chosen))
    print(f"\nseed {arguments.seed}: {len(chosen)} mutants, {killed} killed ({100 * share:.1f}%), {len(survived)} survived; "
          f"{time.monotonic() - begun:.0f} s")
    return 1 if share < ENOUGH or arguments.strict and survived else 0


if __name__ == "__main__":
    sys.exit(main())
