#!/usr/bin/env bash
# Runs the pages of examples/ and docs/guides/: every `$ command` of a page, in a folder that is removed afterwards, and
# compares what each prints with what the page says it does.
#
#   examples/run.sh AKIN [--update] [PAGE.md…]
#
# --update writes what the commands print into the pages, and their pictures beside them.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
usage="usage: examples/run.sh AKIN [--update] [PAGE.md…]"
program=$(realpath "${1:?$usage}")
shift
update=no
if [ "${1:-}" = --update ]; then update=yes; shift; fi
pages=()
for page in "$@"; do pages+=("$(realpath "$page")"); done
[ ${#pages[@]} -gt 0 ] || pages=("$here"/*/README.md "$here"/../docs/guides/*.md)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$program" "$work/bin/akin"
export PATH="$work/bin:$PATH"
failures=0

# Runs the command that was read, and compares or notes what it prints.
finish() {
  [ -n "$command" ] || return 0
  local found
  if ! found=$(cd "$folder" && bash -euo pipefail -c "$command" 2> "$work/errors"); then
    echo "$story: failed: $command" >&2
    cat "$work/errors" >&2
    failures=$((failures + 1))
    { printf '%s\n' "$command" | sed '1s/^/$ /'; printf '%s' "$expected"; } >> "$work/new"
  elif [ "$update" = yes ]; then
    printf '%s\n' "$command" | sed '1s/^/$ /' >> "$work/new"
    [ -z "$found" ] || printf '%s\n' "$found" >> "$work/new"
  elif [ "$found" != "${expected%$'\n'}" ]; then
    echo "$story: $command: prints other than the README says:" >&2
    diff <(printf '%s' "$expected") <(printf '%s\n' "$found") >&2 || true
    failures=$((failures + 1))
  fi
  command=
  expected=
}

for page in "${pages[@]}"; do
  # examples/discover/README.md is discover, docs/guides/tuning.md is tuning.
  story=$(basename "${page%/README.md}" .md)
  folder="$work/$story"
  mkdir "$folder"
  ln -s "$here/../graphs" "$folder/graphs"
  ln -s "$here" "$folder/examples"
  : > "$work/new"
  console=no
  command=
  expected=
  while IFS= read -r line; do
    if [ $console = no ]; then
      [ "$line" != '```console' ] || console=yes
      printf '%s\n' "$line" >> "$work/new"
    elif [ "$line" = '```' ]; then
      finish
      console=no
      printf '%s\n' "$line" >> "$work/new"
    elif [ "${line#'$ '}" != "$line" ]; then
      finish
      command=${line#'$ '}
    elif [ -n "$command" ] && [ -z "$expected" ] && [ "${command%'\'}" != "$command" ]; then
      command+=$'\n'$line
    else
      expected+=$line$'\n'
    fi
  done < "$page"
  if [ "$update" = yes ]; then cp "$work/new" "$page"; fi
  if grep -q '(picture.svg)' "$page"; then
    if [ ! -s "$folder/picture.svg" ]; then
      echo "$story: drew no picture.svg" >&2
      failures=$((failures + 1))
    elif [ "$update" = yes ]; then
      cp "$folder/picture.svg" "$(dirname "$page")/"
    fi
  fi
done
[ $failures -eq 0 ] || { echo "$failures commands of the pages did not do what they say" >&2; exit 1; }
