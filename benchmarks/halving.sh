#!/bin/sh
# Successive halving against training fewer trials to the end, at equal epochs: benchmarks/run.sh halving
# Five seeds (or as many as the first argument says), in a folder of its own; takes the images of data/fashion-mnist.
set -e
cd "$(dirname "$0")/.."
seeds=${1:-5}
output=results/halving-benchmark
config=conf/fashion-mnist-halving.yaml

value() { # SQL
    ./submit.sh sql "$1" --output "$output" --format csv 2> /dev/null | tail -n 1
}

for seed in $(seq "$seeds"); do
    ./submit.sh search "$config" --output "$output" --set "study=halving-$seed" --set "seed=$seed"
    epochs=$(value "SELECT sum(epochs) FROM trials WHERE study = 'halving-$seed' AND round = 1")
    # At least as many epochs as halving had.
    trials=$(((epochs + 8) / 9))
    ./submit.sh search "$config" --output "$output" --set "study=whole-$seed" --set "seed=$seed" \
        --set stopping.rule=none --set "search.trials-per-round=$trials"
done
./submit.sh sql "
    WITH retrained AS (SELECT study, validation_mean FROM winners WHERE candidate = 'best-1')
    SELECT regexp_extract(study, '[a-z]+', 0) AS rule, CAST(regexp_extract(study, '[0-9]+', 0) AS INT) AS seed,
           count(*) AS trials, sum(epochs) AS epochs, round(sum(seconds_total)) AS seconds,
           round(max(CASE WHEN epochs = 9 THEN accuracy_fine_tuned END), 2) AS best_of_search,
           round(first(validation_mean), 2) AS best_retrained
    FROM trials JOIN retrained USING (study) WHERE round = 1 GROUP BY study ORDER BY seed, rule" --output "$output"
./submit.sh sql "
    WITH best AS (
        SELECT regexp_extract(study, '[0-9]+', 0) AS seed, study LIKE 'halving%' AS halving, validation_mean AS accuracy
        FROM winners WHERE candidate = 'best-1'),
    pairs AS (
        SELECT seed, sum(IF(halving, accuracy, -accuracy)) AS difference FROM best GROUP BY seed HAVING count(*) = 2)
    SELECT count(*) AS seeds, round(avg(difference), 2) AS halving_minus_whole,
           round(stddev(difference) / sqrt(count(*)), 2) AS standard_error FROM pairs" --output "$output"
