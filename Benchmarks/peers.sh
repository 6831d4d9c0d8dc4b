#!/usr/bin/env bash
# Akin's loading, walks, PageRank and nearest neighbours and those of other systems on the same graph, one after the other in
# one run, on one core each; by processor time.
# usage: peers.sh AKIN BENCHMARKS
# PEERS: folder of scripts that run other systems (run.py, load_csv.py, walks.py, ppr.py, knn.py, related.py); PEERS_WORK: where
# their environment and data are. DATASETS: names of graphs in PEERS_WORK/data, each a .csv of pairs; S by default. PARTS: some of load, walks,
# rank and neighbors; all by default. Skips what is not set up, and says so.
set -euo pipefail
akin=$1 benchmarks=$2
peers=${PEERS:-}
work=${PEERS_WORK:-$HOME/akin-peers}
parts=${PARTS:-load walks rank neighbors}
skip() { echo "peers: skipped: $1"; exit 0; }
[ -n "$peers" ] || skip "PEERS is not set, expected the folder of run.py and walks.py"
[ -f "$peers/run.py" ] || skip "$peers has no run.py"
python=$work/venv/bin/python
[ -x "$python" ] || skip "$work has no environment, expected what setup.sh makes"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for name in ${DATASETS:-S}; do
  csv=$work/data/$name.csv
  if [ ! -f "$csv" ]; then echo "peers: skipped $name: $csv is not there"; continue; fi
  TIMEFORMAT='%U %S'
  seconds=$({ time taskset -c 0 "$akin" import "$csv" -o "$folder/$name.akin" --quiet --threads 1; } 2>&1 | tail -1)
  for system in $([[ $parts != *load* ]] || echo duckdb pyarrow polars); do
    PEERS_WORK=$work "$python" "$peers/run.py" --limit 300 -- load_csv.py "$system" "$csv" > "$folder/theirs" 2>&1 || true
    theirs=$(grep -o '"inner_cpu_s": [0-9.]*' "$folder/theirs" | tail -1 | cut -d' ' -f2 || true)
    if [ -z "$theirs" ]; then echo "peers: skipped loading by $system on $name: it did not run"; continue; fi
    awk -v peer="$system" -v name="$name" -v ours="$seconds" -v theirs="$theirs" 'BEGIN {
      split(ours, part, " "); mine = part[1] + part[2]
      printf "Peers/load/%s/%s %.3g s to a CSR in memory, ours %.3g s to a file of both: ratio %.2f\n", peer, name, theirs, mine, mine / theirs }'
  done
  if [[ $parts == *neighbors* ]]; then
    "$benchmarks" neighbors "$folder/$name.akin" | tee "$folder/ours"
    mine=$(awk -v name="Neighbors/cosine/$name" '$1 == name { print $2 }' "$folder/ours")
    for system in sparse_dot_topn implicit-cosine; do
      PEERS_WORK=$work "$python" "$peers/run.py" --limit 300 --reps 3 -- knn.py "$system" "$name" > "$folder/theirs" 2>&1 || true
      theirs=$(grep -o '"fit_cpu_s": [0-9.]*' "$folder/theirs" | cut -d' ' -f2 | sort -g | sed -n 2p || true)
      if [ -z "$theirs" ]; then echo "peers: skipped $system on $name: it did not run"; continue; fi
      awk -v peer="$system" -v name="$name" -v ours="$mine" -v theirs="$theirs" 'BEGIN {
        printf "Peers/neighbors/%s/%s %.3g s, ours %.3g: ratio %.2f\n", peer, name, theirs, ours, ours / theirs }'
    done
    # From CSV to the lists of all items as CSV, the same two columns read by both.
    seconds=$({ time { taskset -c 0 "$akin" import "$csv" -o "$folder/plain.akin" --quiet --threads 1 --weight none --time none &&
      taskset -c 0 "$akin" related "$folder/plain.akin" --all --method cosine -k 20 -o "$folder/lists.csv" --quiet --threads 1
    } > "$folder/log" 2>&1; } 2>&1 | tail -1)
    rm -f "$folder/lists.csv" "$folder/plain.akin"
    PEERS_WORK=$work "$python" "$peers/run.py" --limit 600 -- related.py "$csv" "$folder/lists.csv" sdt pyarrow > "$folder/theirs" 2>&1 || true
    theirs=$(grep -o '"total_cpu_s": [0-9.]*' "$folder/theirs" | tail -1 | cut -d' ' -f2 || true)
    rm -f "$folder/lists.csv"
    if [ -z "$theirs" ]; then
      echo "peers: skipped lists from CSV on $name: pyarrow with sparse_dot_topn did not run"
    else
      awk -v name="$name" -v ours="$seconds" -v theirs="$theirs" 'BEGIN {
        split(ours, part, " "); mine = part[1] + part[2]
        printf "Peers/related/pyarrow+sparse_dot_topn/%s %.3g s from CSV to CSV, ours %.3g: ratio %.2f\n", name, theirs, mine, mine / theirs }'
    fi
  fi
  [[ $parts == *walks* || $parts == *rank* ]] || continue
  taskset -c 0 "$benchmarks" peers "$folder/$name.akin" | tee "$folder/ours"
  if [[ $parts == *rank* ]]; then
    # Ours by name, case of theirs, what it is.
    while read -r ours system what; do
      if ! PEERS_WORK=$work "$python" "$peers/run.py" --limit 900 -- ppr.py "$system" "$name" > "$folder/theirs" 2>&1; then
        echo "peers: skipped $system on $name: it did not run"; continue
      fi
      theirs=$(grep -o '"cpu_ms_per_seed": [0-9.]*' "$folder/theirs" | tail -1 | cut -d' ' -f2 || true)
      hits=$(grep -o '"top100": [0-9.]*' "$folder/theirs" | tail -1 | cut -d' ' -f2 || true)
      if [ -z "$theirs" ]; then echo "peers: skipped $system on $name: it did not run"; continue; fi
      awk -v ours="Rank/$ours" -v peer="$system" -v name="$name" -v theirs="$theirs" -v hits="$hits" -v what="$what" '
        index($1, ours) == 1 { sum += $2; count++ }
        END { if (count) printf "Peers/rank/%s/%s %.4g ms a source (%s of the true 100), ours %s %.4g: ratio %.3f\n",
          peer, name, theirs, hits, what, sum / count, sum / count / theirs }' "$folder/ours"
    done <<< "exact/$name/one sknetwork:lanczos exact
exact/$name/block scipy-batch-f32 exact, in a block
exact/$name/block sknetwork:lanczos exact, in a block
top100/$name/ networkit:1e-6 near the source, on average"
  fi
  [[ $parts == *walks* ]] || continue
  hops=$(awk '$1 ~ /corpusUniform/ { print 1e9 / $2 }' "$folder/ours")
  nodes=$(awk '$1 ~ /neighborhoods/ { print $2 }' "$folder/ours")
  # case, field, ours
  while read -r system field ours; do
    if ! PEERS_WORK=$work "$python" "$peers/run.py" --limit 300 -- walks.py "$system" "$name" > "$folder/theirs" 2>&1; then
      echo "peers: skipped $system on $name: it did not run"; continue
    fi
    theirs=$(grep -o "\"$field\": [0-9.]*" "$folder/theirs" | tail -1 | cut -d' ' -f2 || true)
    if [ -z "$theirs" ]; then
      echo "peers: skipped $system on $name: $(grep '|' "$folder/theirs" | tail -1 | cut -c1-100)"; continue
    fi
    awk -v peer="$system" -v name="$name" -v field="$field" -v ours="$ours" -v theirs="$theirs" 'BEGIN {
      printf "Peers/%s/%s %.4g %s, ours %.4g: ratio %.1f\n", peer, name, theirs, field, ours, ours / theirs }'
  done <<< "pecanpy-1st steps_per_cpu_s $hops
numba steps_per_cpu_s $hops
torch_cluster steps_per_cpu_s $hops
dgl steps_per_cpu_s $hops
dgl-pinsage seeds_per_cpu_s $nodes"
done
