#!/usr/bin/env bash
# Draws the pictures of docs/gallery.md from the bundled graphs, and writes the page: docs/gallery.sh path/to/akin
set -euo pipefail
akin=$(realpath "$1")
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p images/gallery
"$akin" import ../graphs/debian/depends.csv.xz -o "$work/debian.akin" --quiet \
  --source package --target depends --source-type package --target-type package --relation depends
"$akin" import ../graphs/southern-women/attendance.csv -o "$work/women.akin" --quiet \
  --source woman --target event --source-type woman --target-type event --relation attended \
  --labels ../graphs/southern-women/events.csv --label-key event --label label

cat > gallery.md <<'END'
# Gallery

Pictures of the two bundled graphs (`graphs/`), drawn by `make gallery`. How to draw and read them: [diagrams.md](diagrams.md). The graphs are made by

```sh
akin import graphs/debian/depends.csv.xz -o debian.akin --source package --target depends \
  --source-type package --target-type package --relation depends
akin import graphs/southern-women/attendance.csv -o women.akin --source woman --target event \
  --source-type woman --target-type event --relation attended \
  --labels graphs/southern-women/events.csv --label-key event --label label
```
END

# Name of the file, what there is to see, and the words after 'akin'; the file is added.
picture() {
  local name=$1 text=$2
  shift 2
  local command="akin" word
  for word in "$@"; do
    if [[ $word == *[\ \(]* ]]; then command+=" \"$word\""; else command+=" $word"; fi
  done
  local flag=-o
  (cd "$work" && "$akin" "$@" $flag "$name" > /dev/null 2> "$work/log") || { cat "$work/log" >&2; exit 1; }
  cp "$work/$name" "images/gallery/$name"
  {
    echo
    echo "## $text"
    echo
    echo "\`\`\`sh"
    echo "$command $flag $name"
    echo "\`\`\`"
    echo
    if [[ $name == *.html ]]; then echo "[$name](images/gallery/$name)"; else echo "![$text](images/gallery/$name)"; fi
  } >> gallery.md
}

picture git.svg "What goes with git, and the packages that depend on both" draw debian.akin git
picture samtools.svg "The same for a smaller neighbourhood, dark" draw debian.akin samtools --limit 24 --theme dark
picture numpy-radial.svg "In rings around the source" draw debian.akin python3-numpy --shape radial --limit 40
picture git-wide.svg "150 nodes: too many for columns, so springs place them, and lines that run alike are bundled" \
  draw debian.akin git --limit 150
picture two-sources.svg "Two sources at once" draw debian.akin git mercurial --limit 40 --shape springs
picture hops.svg "What lies within three edges, whatever the way" draw debian.akin samtools --hops 3 --limit 40
picture women.svg "Events, and the women who were at both; people get pseudonyms unless --show-users is given" \
  draw women.akin "E8 (16 September)" --show-users
picture women-columns.svg "Two columns: who was where" \
  draw women.akin "E8 (16 September)" --shape two-columns --theme print
picture why.svg "Why mercurial goes with git" explain debian.akin --from git --to mercurial --method pagerank
picture why-two.svg "Evidence from two sources, a colour each" \
  explain debian.akin --from git --from python3-numpy --to python3-pip --method pagerank
picture why-people.svg "Evidence that names nobody: at least three people a path, counted" \
  explain women.akin --user "Theresa Anderson" --to "E12 (7 April)" --method cosine --min-users 3
picture why-not.svg "Why not subversion? Its evidence beside that of the last of the list" \
  explain debian.akin --from git --not subversion --method pagerank -k 3
picture lists.svg "Two methods' lists for one question" draw debian.akin git --methods pixie,cosine
picture map.svg "The 300 packages with most edges, alike ones together, a colour for each community" \
  draw debian.akin --map --limit 300
picture map-git.html "The same around git, as a page with pan, zoom and search" draw debian.akin git --map --limit 120
picture schema.svg "The node types and relations of a graph" info women.akin
echo "wrote docs/gallery.md"
