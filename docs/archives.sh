#!/usr/bin/env bash
# Makes a documentation archive of each module of the library, and one of them all: docs/archives.sh [folder]
# Reads the modules as they were built last: swift build --target AkinEngine
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-.build/docs}
built=$(swift build --show-bin-path)
target=$(swiftc -print-target-info | sed -n 's/^ *"unversionedTriple": "\(.*\)",*$/\1/p')
docc=$(dirname "$(readlink -f "$(command -v swift)")")/docc

# A module loads only where the C ones that it imports are found.
flags=(-I "$built/Modules")
for map in "$built"/C*.build/module.modulemap Sources/C*/module.modulemap \
  .build/checkouts/*/Sources/C*/include/module.modulemap; do
  if [ -f "$map" ]; then flags+=(-Xcc "-fmodule-map-file=$map"); fi
done
for flag in $(pkg-config --cflags-only-I openblas zlib liblzma libzstd sqlite3 libgvc pangocairo libturbojpeg); do
  flags+=(-Xcc "$flag")
done

rm -rf "$out"
archives=()
for catalog in Sources/Akin*/*.docc; do
  module=$(basename "$catalog" .docc)
  symbols="$out/symbols/$module"
  log="$symbols/docc.log"
  mkdir -p "$symbols"
  swift symbolgraph-extract -module-name "$module" -target "$target" "${flags[@]}" -minimum-access-level public \
    -output-dir "$symbols"
  if ! "$docc" convert "$catalog" --additional-symbol-graph-dir "$symbols" --fallback-display-name "$module" \
    --fallback-bundle-identifier "akin.$module" --output-path "$out/$module.doccarchive" > "$log" 2>&1; then
    cat "$log" >&2
    exit 1
  fi
  # Parameters whose names say all have no comment, which docc warns of; links that lead nowhere are mistakes.
  if grep -A 1 "doesn't exist at" "$log" >&2; then exit 1; fi
  archives+=("$out/$module.doccarchive")
done
"$docc" merge "${archives[@]}" --synthesized-landing-page-name Akin --output-path "$out/Akin.doccarchive"
echo "docs: $out/Akin.doccarchive; read it through a web server, at /documentation/:"
echo "  python3 -m http.server --directory $out/Akin.doccarchive"
