#!/usr/bin/env bash
# Runs the stories of this folder: every `$ command` of their READMEs, in a folder that is removed afterwards, and
# compares what each prints with what the README says it does.
#
#   examples/run.sh AKIN [--update] [STORY…]
#
# --update writes what the commands print into the READMEs, and their pictures beside them.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
usage="usage: examples/run.sh AKIN [--update] [STORY…]"
program=$(realpath "${1:?$usage}")
shift
update=no
if [ "${1:-}" = --update ]; then update=yes; shift; fi
stories=("$@")
[ ${#stories[@]} -gt 0 ] || stories=(item-to-item related-pins two-stage discover knowledge-graph)

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

for story in "${stories[@]}"; do
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
  done < "$here/$story/README.md"
  if [ "$update" = yes ]; then
    cp "$work/new" "$here/$story/README.md"
    cp "$folder/picture.svg" "$here/$story/"
  elif [ ! -s "$folder/picture.svg" ]; then
    echo "$story: drew no picture.svg" >&2
    failures=$((failures + 1))
  fi
done
[ $failures -eq 0 ] || { echo "$failures commands of the examples did not do what they say" >&2; exit 1; }
