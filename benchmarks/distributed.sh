#!/bin/sh
# One network trained by one process and by two workers together, at equal epochs: benchmarks/run.sh distributed
# Three seeds (or as many as the first argument says); takes the images of data/fashion-mnist.
set -e
cd "$(dirname "$0")/.."
seeds=${1:-3}
config=conf/fashion-mnist.yaml
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

train() { # SEED ARGUMENTS: seconds, validation accuracy, test accuracy
    seed=$1
    shift
    ./submit.sh train "$config" --set "seed=$seed" --to "$folder/network.zip" "$@" 2> "$folder/log" > "$folder/out" \
        || { cat "$folder/log" >&2; exit 1; }
    sed -n 's/^trained .* in \([0-9.]*\) s: validation accuracy \([0-9.]*\) %, test accuracy \([0-9.]*\) %$/\1 | \2 | \3/p' "$folder/out"
}

echo "| seed | trained by | seconds | validation accuracy, % | test accuracy, % |"
echo "|---|---|---|---|---|"
for seed in $(seq "$seeds"); do
    echo "| $seed | one process | $(train "$seed") |"
    echo "| $seed | two workers | $(train "$seed" --distributed --workers 2) |"
done | tee "$folder/table"
awk -F'|' '/one process/ { alone += $6 } /two workers/ { together += $6; n++ }
    END { printf "test accuracy of two workers minus one process: %.2f points (mean of %d seeds)\n", (together - alone) / n, n }' "$folder/table"
