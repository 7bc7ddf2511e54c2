#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is installed, and programs of others that use it.

usage: check.py SETTINGS.json CASE     (the cases are the functions case_NAME)
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PREFIX = "/first/prefix"  # where the tree says that it is installed; it is then moved
# What every Linux with a C++ program has. Boost and Abseil are inside.
NEEDED = re.compile(r"lib(stdc\+\+|m|gcc_s|c)\.so\.\d+|ld-linux.*")
POLICY = "examples/policies/worked-example.json"


class Failure(Exception):
    pass


def expect(condition, message):
    if not condition:
        raise Failure(message)


def same(found, wanted, what):
    found, wanted = set(found), set(wanted)
    expect(found == wanted, f"{what}: too much: {sorted(found - wanted)}; missing: {sorted(wanted - found)}")


class Settings:
    def __init__(self, path):
        vars(self).update(json.loads(pathlib.Path(path).read_text("utf-8")))
        self.source, self.build, self.work = map(pathlib.Path, (self.source, self.build, self.work))
        self.tree = self.work / "moved"
        self.lib = self.tree / self.libdir


def run(*command, env=None, cwd=None, fails=False):
    """What the command prints. It must succeed, or, with `fails`, must not."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, env={**os.environ, **(env or {})},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    expect((done.returncode != 0) == fails,
           f"{shlex.join(map(str, command))}: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


def files_below(directory):
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_symlink() or path.is_file()}


def fresh(directory):
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory


def project(settings, name, *sources, build=None, options=()):
    """Copies a project with its sources, configures and builds it; the directory that it is built in."""
    copy = fresh(settings.work / name)
    for source in (f"{name}/CMakeLists.txt", *sources):
        shutil.copy(HERE / source, copy)
    build = fresh(copy / "build") if build is None else build
    run(settings.cmake, "-S", copy, "-B", build, "-G", settings.generator,
        f"-DCMAKE_C_COMPILER={settings.cc}", f"-DCMAKE_CXX_COMPILER={settings.cxx}",
        f"-DCMAKE_C_COMPILER_LAUNCHER={settings.launcher}", f"-DCMAKE_CXX_COMPILER_LAUNCHER={settings.launcher}",
        f"-DCMAKE_PREFIX_PATH={settings.tree}", "-DCMAKE_EXE_LINKER_FLAGS=-Wl,--strip-debug",
        "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", *options)
    run(settings.cmake, "--build", build, "--parallel", "2")
    return build


def prices(settings, program, wanted, env=None):
    out = run(program, settings.source / POLICY, env=env)
    expect(re.fullmatch(wanted, out), f"{program} prints {out!r}, not {wanted!r}")


C_PRICE = r"2980 fen, policy pp1-[0-9a-f]{32}\n"
CPP_PRICE = r"29\.80 CNY\n"


def case_tree(settings):
    """Both components with DESTDIR, file by file; then the tree is moved to where the other cases use it."""
    fresh(settings.work)
    parts = {}
    for component in ("runtime", "development"):
        stage = settings.work / component
        run(settings.cmake, "--install", settings.build, "--component", component, "--prefix", PREFIX, "--strip",
            env={"DESTDIR": str(stage)})
        same((path.name for path in stage.iterdir()), [PREFIX.split("/")[1]], f"{component} outside of the prefix")
        parts[component] = stage / PREFIX.lstrip("/")
    lib, cmake = settings.libdir, f"{settings.libdir}/cmake/pricepoint"
    licences = ["share/doc/pricepoint/LICENSE", "share/doc/pricepoint/NOTICE"]
    same(files_below(parts["runtime"]),
         [*licences, "bin/pricepoint", f"{lib}/libpricepoint.so.{settings.abi}", f"{lib}/libpricepoint.so.{settings.version}"],
         "runtime")
    targets = [name for name in files_below(parts["development"]) if re.search(r"-targets(-\w+)?\.cmake$", name)]
    for part in ("headers", "cpp", "c", "c_static"):
        expect(f"{cmake}/pricepoint-{part}-targets.cmake" in targets, f"no targets of {part}")
    headers = {f"include/{name}" for name in files_below(settings.source / "include")}
    same(files_below(parts["development"]) - set(targets),
         headers | {*licences, f"{lib}/libpricepoint.a", f"{lib}/libpricepoint-cpp.a", f"{lib}/libpricepoint.so", f"{lib}/pkgconfig/pricepoint.pc",
                    f"{lib}/pkgconfig/pricepoint-cpp.pc", f"{cmake}/pricepoint-config.cmake",
                    f"{cmake}/pricepoint-config-version.cmake"},
         "development")

    shutil.copytree(parts["development"], settings.tree, symlinks=True, copy_function=os.rename)
    shutil.copytree(parts["runtime"], settings.tree, symlinks=True, copy_function=os.rename, dirs_exist_ok=True)
    for component in parts:
        shutil.rmtree(settings.work / component)
    for name in files_below(settings.tree):
        if name.endswith((".cmake", ".pc", ".h", ".hpp")):
            text = (settings.tree / name).read_text("utf-8")
            for place in (PREFIX, str(settings.source), str(settings.build)):
                expect(place not in text, f"{name} names {place}")
    said = run(settings.tree / "bin/pricepoint", "--version")
    expect(settings.version in said, f"pricepoint --version: {said!r}")


def case_exports(settings):
    """The shared library exports what bindings/c/symbols.txt lists and needs what it may need."""
    library = settings.lib / f"libpricepoint.so.{settings.version}"
    symbols = (settings.source / "bindings/c/symbols.txt").read_text("utf-8").split("\n")
    wanted = [line for line in symbols if line and not line.startswith("#")]
    if not list((settings.source / "src/arrow").glob("*.cpp")):
        wanted = [name for name in wanted if not re.match(r"pricepoint_(batch|audit)_", name)]
    node = f"PRICEPOINT_{settings.abi}"
    exported = [line.split() for line in run("nm", "-D", "--defined-only", library).splitlines()]
    same((fields[-1] for fields in exported if fields[-1] != node),
         (f"{name}@@{node}" for name in wanted), "exported symbols")
    expect(all(fields[-2] == "T" for fields in exported if fields[-1] != node), "a symbol that is no function")
    dynamic = run("readelf", "-d", "-W", library, env={"LC_ALL": "C"})
    expect(f"[libpricepoint.so.{settings.abi}]" in dynamic, "the soname is another one")


def built(settings):
    """What runs on other machines: the program, the library, and the Python module where its tests have built it."""
    modules = sorted(pathlib.Path(settings.python_build).rglob("_core.abi3.so"))
    return [settings.tree / "bin/pricepoint", settings.lib / f"libpricepoint.so.{settings.version}", *modules[:1]]


def case_needs(settings):
    """The program, the library and the Python module need no library but those of C and C++, wherever they are put."""
    for path in built(settings):
        dynamic = run("readelf", "-d", "-W", path, env={"LC_ALL": "C"})
        needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
        expect(needed, f"{path} needs nothing at all")
        for name in needed:
            expect(NEEDED.fullmatch(name), f"{path} needs {name}")
        expect("RUNPATH" not in dynamic and "RPATH" not in dynamic, f"{path} has a search path")
        exported = run("nm", "-D", "--defined-only", "-C", path)
        for name in ("boost::", "absl::"):
            expect(name not in exported, f"{path} exports functions of {name}")


def case_hardened(settings):
    """[REL-91] What makes a mistake in memory harder to use is in what was built."""
    if settings.harden != "ON" or settings.build_type == "Debug":
        print("SKIPPED: built without hardening")
        return
    for path in built(settings):
        dynamic = run("readelf", "-d", "-W", path, env={"LC_ALL": "C"})
        segments = run("readelf", "-l", "-W", path, env={"LC_ALL": "C"})
        symbols = run("readelf", "--dyn-syms", "-W", path, env={"LC_ALL": "C"})
        expect("TEXTREL" not in dynamic, f"{path} is relocated in its code")
        expect(re.search(r"\(FLAGS\).*BIND_NOW", dynamic) or re.search(r"\(FLAGS_1\).*NOW", dynamic),
               f"{path} binds its functions late")
        expect("GNU_RELRO" in segments, f"{path} has a writable table of functions")
        stack = re.search(r"GNU_STACK.*", segments)
        expect(stack and " RW " in stack[0], f"{path} has an executable stack")
        expect("__stack_chk_fail" in symbols, f"{path} has no stack protector")
        if path.name == "pricepoint":
            expect("Type:                              DYN" in run("readelf", "-h", path, env={"LC_ALL": "C"}),
                   f"{path} is not independent of its position")
            # Of the program only: in C++ few calls are of those that have a checked variant.
            expect(re.search(r"__\w+_chk\b", symbols.replace("__stack_chk_fail", "")), f"{path} has no checked calls")
        # Where a call may land: marked by the compiler at the start of functions.
        code = run("objdump", "-d", "--no-show-raw-insn", path)
        mark = {"x86_64": "endbr64", "AMD64": "endbr64", "aarch64": "paciasp"}.get(settings.processor)
        if mark is not None:
            expect(code.count(mark) > 100, f"{path} has {code.count(mark)} {mark}")


def case_package(settings):
    """What find_package takes and refuses."""
    asked = fresh(settings.work / "package")
    lines = ["cmake_minimum_required(VERSION 3.25)", "project(package LANGUAGES CXX)"]

    def ask(arguments, found):
        lines.append(f"find_package(pricepoint {arguments} QUIET)")
        lines.append(f'if({"NOT " if found else ""}pricepoint_FOUND)\n  message(SEND_ERROR "{arguments}")\nendif()')

    major, minor, patch = map(int, settings.version.split("."))
    ask(f"{major}.{minor + 1}", False)
    ask(f"{major + 1}", False)
    ask(f"{major}.{minor}.{patch + 1}", False)
    ask("COMPONENTS nonsense", False)
    # Neither a consumer of C nor one of C++ needs Abseil; one of C++ needs Boost's headers.
    lines.append("set(CMAKE_DISABLE_FIND_PACKAGE_absl ON)")
    lines.append("set(CMAKE_DISABLE_FIND_PACKAGE_Boost ON)")
    ask("COMPONENTS cpp", False)
    ask("COMPONENTS headers", False)
    ask("COMPONENTS c", True)
    ask("COMPONENTS c_static", True)
    lines.append("set(CMAKE_DISABLE_FIND_PACKAGE_Boost OFF)")
    ask("COMPONENTS cpp", True)
    ask("COMPONENTS headers", True)
    ask(f"{settings.version} EXACT", True)
    for name in ("headers", "pricepoint", "c", "c_static"):
        lines.append(f'if(NOT TARGET pricepoint::{name})\n  message(SEND_ERROR "no pricepoint::{name}")\nendif()')
    (asked / "CMakeLists.txt").write_text("\n".join(lines) + "\n", "utf-8")
    run(settings.cmake, "-S", asked, "-B", asked / "build", "-G", settings.generator,
        f"-DCMAKE_CXX_COMPILER={settings.cxx}", f"-DCMAKE_PREFIX_PATH={settings.tree}")


def case_shapes(settings):
    """Money and shapes alone: no Abseil, and no library of ours."""
    build = project(settings, "shapes", "shapes/shapes.cpp", options=["-DCMAKE_DISABLE_FIND_PACKAGE_absl=ON"])
    wanted = (HERE / "shapes/shapes.out").read_text("utf-8")
    out = run(build / "shapes")
    expect(out == wanted, f"shapes prints {out!r}, not {wanted!r}")


def case_cpp(settings):
    """A policy from C++, with CMake and with pkg-config, without Abseil; and with exceptions switched off."""
    build = project(settings, "cpp", "cpp/price.cpp", options=["-DCMAKE_DISABLE_FIND_PACKAGE_absl=ON"])
    prices(settings, build / "price", CPP_PRICE)
    flags = run(settings.pkg_config, "--cflags", "--libs", "pricepoint-cpp",
                env={"PKG_CONFIG_PATH": str(settings.lib / "pkgconfig")})
    # Compiled and linked apart, as ccache wants it.
    program, unit = build / "price_pkg_config", build / "price_pkg_config.o"
    compiler = [*filter(None, [settings.launcher]), settings.cxx]
    for mode in ("-fexceptions", "-fno-exceptions"):
        run(*compiler, "-std=c++20", mode, "-c", build.parent / "price.cpp", "-o", unit,
            *(flag for flag in shlex.split(flags) if flag.startswith(("-I", "-D", "-pthread"))), cwd=build)
        run(settings.cxx, "-Wl,--strip-debug", unit, "-o", program, *shlex.split(flags))
        prices(settings, program, CPP_PRICE)


def case_own_json(settings):
    """A program with a Boost.JSON of its own, next to the one inside the library: neither takes the other's functions."""
    build = project(settings, "own_json", "own_json/own_json.cpp")
    out = run(build / "own_json", settings.source / POLICY)
    expect(out == "29.80 CNY\n", f"own_json prints {out!r}")
    names = run("nm", "-C", settings.lib / "libpricepoint-cpp.a")
    expect("boost::pricepoint_json::" in names, "the library has no Boost.JSON inside")
    expect("boost::json::" not in names, "the library has Boost.JSON under its own name")


def case_c(settings):
    """C needs nothing but the library: neither Boost nor Abseil can be found here, and no compiler of C++."""
    build = project(settings, "c", "c/price.c", options=[
        "-DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_absl=ON",
        "-DCMAKE_DISABLE_FIND_PACKAGE_Threads=ON"])
    prices(settings, build / "price", C_PRICE)
    flags = run(settings.pkg_config, "--cflags", "--libs", "pricepoint",
                env={"PKG_CONFIG_LIBDIR": str(settings.lib / "pkgconfig")})
    program = build / "price_pkg_config"
    run(settings.cc, "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", build.parent / "price.c", "-o", program,
        *shlex.split(flags))
    prices(settings, program, C_PRICE, env={"LD_LIBRARY_PATH": str(settings.lib)})


def case_c_static(settings):
    """The C library as one archive: by CMake, by its path, and wholly static by pkg-config."""
    build = project(settings, "c_static", "c/price.c", options=[
        "-DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_absl=ON"])
    prices(settings, build / "price", C_PRICE)
    program, source = build / "price_by_hand", build.parent / "price.c"
    run(settings.cc, "-std=c99", f"-I{settings.tree}/include", source, "-o", program, settings.lib / "libpricepoint.a",
        "-lstdc++", "-lm", "-pthread")
    prices(settings, program, C_PRICE)
    expect("libpricepoint" not in run("readelf", "-d", "-W", program), "it needs a shared libpricepoint all the same")
    flags = run(settings.pkg_config, "--static", "--cflags", "--libs", "pricepoint",
                env={"PKG_CONFIG_LIBDIR": str(settings.lib / "pkgconfig")})
    run(settings.cc, "-std=c99", "-static", source, "-o", program, *shlex.split(flags))
    prices(settings, program, C_PRICE)


def case_subdirectory(settings):
    """Our sources in another project: its targets are ours, and nothing else of it changes."""
    build = pathlib.Path(settings.subdirectory_build)
    build = project(settings, "subdirectory", "cpp/price.cpp", "c/price.c", build=build, options=[
        f"-DPRICEPOINT={settings.source}", f"-DCMAKE_BUILD_TYPE={settings.build_type}",
        f"-DPRICEPOINT_WERROR={settings.werror}"])
    prices(settings, build / "shop", CPP_PRICE)
    prices(settings, build / "till", C_PRICE)
    # A project that has found Boost before, and sees its targets in one directory alone.
    before = settings.work / "found_before.cmake"
    before.write_text("find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS headers)\n", "utf-8")
    run(settings.cmake, "-S", settings.work / "subdirectory", "-B", settings.work / "found_before", "-G",
        settings.generator, f"-DCMAKE_C_COMPILER={settings.cc}", f"-DCMAKE_CXX_COMPILER={settings.cxx}",
        f"-DPRICEPOINT={settings.source}", f"-DCMAKE_PROJECT_shop_INCLUDE={before}")
    # One with an Abseil of its own, whatever version, that has its files joined: its targets are used, our files stay apart.
    before.write_text("add_library(their_absl INTERFACE)\nadd_library(absl::flat_hash_map ALIAS their_absl)\n"
                      "target_compile_definitions(their_absl INTERFACE THEIR_ABSEIL)\nset(CMAKE_UNITY_BUILD ON)\n"
                      "set(CMAKE_DISABLE_FIND_PACKAGE_absl ON)\nset(PRICEPOINT_BUILD_CLI ON)\n", "utf-8")
    own = fresh(settings.work / "own_abseil")
    run(settings.cmake, "-S", settings.work / "subdirectory", "-B", own, "-G", settings.generator,
        f"-DCMAKE_C_COMPILER={settings.cc}", f"-DCMAKE_CXX_COMPILER={settings.cxx}", f"-DPRICEPOINT={settings.source}",
        "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", f"-DCMAKE_PROJECT_shop_INCLUDE={before}")
    compiled = {one["file"]: one["command"] for one in json.loads((own / "compile_commands.json").read_text("utf-8"))}
    ours = {name for name in compiled if name.startswith(f"{settings.source}/src/")}
    expect(len(ours) > 100, f"{len(ours)} files of ours are compiled one by one")
    expect("-DTHEIR_ABSEIL" in compiled[f"{settings.source}/src/cli/history.cpp"], "their Abseil is not used")
    commands = json.loads((build / "compile_commands.json").read_text("utf-8"))
    theirs = [one["command"] for one in commands if one["file"].endswith(("/price.cpp", "/price.c"))]
    expect(len(theirs) == 2, f"{len(theirs)} files of theirs are compiled")
    for command in theirs:
        for flag in shlex.split(command):
            expect(not flag.startswith(("-W", "-fvisibility", "-fsanitize", "-DPRICEPOINT")), f"{flag} leaks: {command}")
    expect(not (build / "bin").exists() and not (build / "pricepoint/bin").exists(), "the program is built")
    expect("Total Tests: 0" in run("ctest", "-N", cwd=build), "our tests are theirs")
    stage = fresh(settings.work / "subdirectory_stage")
    run(settings.cmake, "--install", build, "--prefix", stage)
    same(files_below(stage), [], "installed with another project")


def case_kinds(settings):
    """BUILD_SHARED_LIBS chooses the C library's kind, and a plain configuration builds what users want and no more."""
    for asked, wanted in (("", {"so", "a"}), ("ON", {"so"}), ("OFF", {"a"})):
        build = fresh(settings.work / f"kinds{asked}")
        run(settings.cmake, "-S", settings.source, "-B", build, f"-DCMAKE_CXX_COMPILER={settings.cxx}",
            "-DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_benchmark=ON",
            "-DCMAKE_DISABLE_FIND_PACKAGE_Python3=ON", *([f"-DBUILD_SHARED_LIBS={asked}"] if asked else []))
        script = "\n".join(path.read_text("utf-8") for path in build.rglob("cmake_install.cmake"))
        found = {kind for kind in ("so", "a") if re.search(rf"/libpricepoint\.{kind}\b", script)}
        expect(found == wanted, f"BUILD_SHARED_LIBS={asked or 'unset'} installs {found}, not {wanted}")
        cache = (build / "CMakeCache.txt").read_text("utf-8")
        for name in ("PRICEPOINT_BUILD_TESTS", "PRICEPOINT_BUILD_BENCHMARKS", "PRICEPOINT_WERROR"):
            expect(f"{name}:BOOL=OFF" in cache, f"{name} is not off")
    bare = fresh(settings.work / "bare")
    said = run(settings.cmake, "-S", settings.source, "-B", bare, f"-DCMAKE_CXX_COMPILER={settings.cxx}",
               "-DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON", fails=True)
    expect("apt-get install libboost" in said, f"without Boost: {said}")
    said = run(settings.cmake, "-S", settings.source, "-B", bare, "-DCMAKE_DISABLE_FIND_PACKAGE_Boost=OFF",
               "-DCMAKE_DISABLE_FIND_PACKAGE_absl=ON", fails=True)
    expect("apt-get install libabsl-dev" in said, f"without Abseil: {said}")


def main(settings, name):
    try:
        globals()[f"case_{name}"](Settings(settings))
    except Failure as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
