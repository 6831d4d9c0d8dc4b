#!/usr/bin/env python3
"""Rebuild the Debian dependency graph from apt's package index.

    python3 regenerate.py                           ask apt-cache on this machine
    python3 regenerate.py --release TEXT dump.txt   read a saved `apt-cache dumpavail`
    apt-cache dumpavail | python3 regenerate.py --release TEXT -

Writes depends.csv.xz, packages.csv.xz and PROVENANCE beside this script, or in
the folder given with --into. The same index always gives the same CSV bytes.
"""

import argparse
import datetime
import lzma
import os
import re
import subprocess
import sys
from pathlib import Path

DEPENDENCY_FIELDS = ("Pre-Depends", "Depends", "Recommends", "Suggests")
WANTED_FIELDS = {"Package", "Source", "Section", "Filename", "Tag", *DEPENDENCY_FIELDS}

# The pool path states the component. The section does so only by a prefix that
# archives other than Debian's need not use.
MAIN_POOLS = ("pool/main/", "pool/updates/main/")

# "libc6 (>= 2.34)", "python3:any", "gcc [amd64]", "foo <!nocheck>": the name comes first.
PACKAGE_NAME = re.compile(r"[a-z0-9][a-z0-9+.\-]*")


# What is installed here must not decide what the graph holds: without this, a package
# installed from elsewhere hides the archive's own. The empty caches keep apt's in place.
ARCHIVE_ONLY = [
    "-o", "Dir::State::status=/dev/null",
    "-o", "Dir::Cache::pkgcache=",
    "-o", "Dir::Cache::srcpkgcache=",
]


class IndexProblem(Exception):
    """Something about the package index that the person running this can fix."""


def stanzas(lines):
    """Yield one {field: text} per package, with continuation lines joined on."""
    fields, current = {}, None
    for line in lines:
        line = line.rstrip("\n")
        if not line:
            if fields:
                yield fields
            fields, current = {}, None
        elif line[0] in " \t":
            # Debtags wrap over several lines; a wrapped Description must not join them.
            if current:
                fields[current] += " " + line.strip()
        else:
            name, _, value = line.partition(":")
            current = name if name in WANTED_FIELDS else None
            if current:
                fields[current] = value.strip()
    if fields:
        yield fields


def dependency_names(text):
    """Every package named in a dependency field, each alternative of `a | b` included."""
    for alternative in re.split(r"[,|]", text):
        match = PACKAGE_NAME.match(alternative.strip())
        if match:
            yield match.group()


def read_packages(lines):
    packages = {}
    for stanza in stanzas(lines):
        if "Package" in stanza and stanza.get("Filename", "").startswith(MAIN_POOLS):
            packages[stanza["Package"]] = stanza
    if not packages:
        raise IndexProblem(
            "the package index holds no package from Debian's main component; "
            "run `apt-get update` first"
        )
    return packages


def build_edges(packages, fields):
    """Return the edges between real packages, and those left out for want of one."""
    edges, left_out = set(), set()
    for package, stanza in packages.items():
        for field in fields:
            for target in dependency_names(stanza.get(field, "")):
                if target == package:
                    continue
                (edges if target in packages else left_out).add((package, target))
    return edges, left_out


def package_row(package, stanza):
    # An absent Source field means that the source package has the same name.
    source = stanza.get("Source", package).split(" ")[0]
    tags = sorted(tag.strip() for tag in stanza.get("Tag", "").split(",") if tag.strip())
    return package, stanza.get("Section", ""), source, "|".join(tags)


def write_table(path, header, rows):
    # No value can hold a comma or a quote: all are package names, sections or tags.
    text = "".join(",".join(row) + "\n" for row in [header, *rows])
    # An xz file records no time or name. CRC32 is the check every decoder knows, and
    # a preset above 6 would have the reader set aside 64 MiB.
    packed = lzma.compress(text.encode(), check=lzma.CHECK_CRC32, preset=6 | lzma.PRESET_EXTREME)
    path.write_bytes(packed)
    print(f"{path.name}: {len(rows)} rows, {path.stat().st_size} bytes", file=sys.stderr)


def run_apt_cache(command):
    try:
        # apt translates its labels, and the ones read here are the English ones.
        result = subprocess.run(
            ["apt-cache", *ARCHIVE_ONLY, command],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    except FileNotFoundError:
        raise IndexProblem(
            "apt-cache was not found; run this on Debian, or give a saved dump"
        ) from None
    if result.returncode != 0:
        raise IndexProblem(f"apt-cache {command} failed: {result.stderr.strip()}")
    return result.stdout


def configured_release():
    """The suites apt draws from, such as "Debian bookworm 12.15 main amd64"."""
    suites = set()
    for line in run_apt_cache("policy").splitlines():
        if line.strip().startswith("release "):
            pairs = line.strip().removeprefix("release ").split(",")
            parts = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
            if "n" in parts:
                suites.add(" ".join(parts[key] for key in "onvcb" if key in parts))
    return "; ".join(sorted(suites)) or "not stated"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "dump", nargs="?", help="a saved `apt-cache dumpavail`, or - for standard input"
    )
    parser.add_argument("--release", help="what the saved dump describes; required with one")
    parser.add_argument(
        "--hard",
        action="store_true",
        help="leave Recommends and Suggests out",
    )
    parser.add_argument(
        "--into",
        type=Path,
        default=Path(__file__).resolve().parent,
        help="the folder to write to",
    )
    arguments = parser.parse_args()
    if arguments.dump and not arguments.release:
        parser.error("a saved dump does not say which release it is: add --release")

    try:
        if arguments.dump == "-":
            sys.stdin.reconfigure(encoding="utf-8")
            packages = read_packages(sys.stdin)
        elif arguments.dump:
            with open(arguments.dump, encoding="utf-8") as dump:
                packages = read_packages(dump)
        else:
            packages = read_packages(run_apt_cache("dumpavail").splitlines())
        release = arguments.release or configured_release()
        fields = DEPENDENCY_FIELDS[:2] if arguments.hard else DEPENDENCY_FIELDS
        edges, left_out = build_edges(packages, fields)
        arguments.into.mkdir(parents=True, exist_ok=True)
        write_table(arguments.into / "depends.csv.xz", ("package", "depends"), sorted(edges))
        write_table(
            arguments.into / "packages.csv.xz",
            ("package", "section", "source", "tags"),
            [package_row(name, packages[name]) for name in sorted(packages)],
        )
        missing_targets = {target for _, target in left_out}
        provenance = (
            f"release: {release}\n"
            f"fields: {', '.join(fields)}\n"
            f"made: {datetime.date.today().isoformat()}\n"
            f"packages: {len(packages)}\n"
            f"packages with debtags: {sum('Tag' in stanza for stanza in packages.values())}\n"
            f"edges: {len(edges)}\n"
            f"packages in at least one edge: {len({end for edge in edges for end in edge})}\n"
            f"edges left out (the target is virtual or absent): {len(left_out)}\n"
            f"names left out as targets: {len(missing_targets)}\n"
        )
        (arguments.into / "PROVENANCE").write_text(provenance)
        print(provenance, end="", file=sys.stderr)
    except (IndexProblem, OSError, UnicodeDecodeError) as problem:
        sys.exit(f"regenerate.py: {problem}")


if __name__ == "__main__":
    main()
