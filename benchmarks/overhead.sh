#!/bin/sh
# The system's own time for each trial, and how busy it keeps two cores, from the tables of four studies: two in one process, two
# on a standalone cluster of two workers; and what Spark takes for jobs that do nothing. benchmarks/run.sh overhead
set -e
cd "$(dirname "$0")/.."
spark=${SPARK_HOME:-spark-home/target/spark}
folder=$(mktemp -d)
nodes=
trap 'kill $nodes 2> /dev/null || true; wait; rm -r "$folder"' EXIT
cat > "$folder/overhead.yaml" <<END
study: overhead
seed: 1
data: {format: synthetic, path: $folder/images, synthetic: {size: 16, classes: 3, train-images: 640, test-images: 64}}
network: {architecture: resnet-cifar, depth: 8, width: 16}
space: {flops: 0.5, tolerance: 0.05}
search: {rounds: 1}
training:
  batch-size: 32
  recalibration-batches: 4
  base: {epochs: 1, seeds: 1}
  fine-tune: {epochs: 1}
  retrain: {epochs: 1, candidates: 1, seeds: 1}
END

node() { # CLASS ARGUMENTS
    SPARK_LOCAL_IP=127.0.0.1 "$spark/bin/spark-class" "org.apache.spark.deploy.$@" > "$folder/nodes.log" 2>&1 &
    nodes="$nodes $!"
}

study() { # NAME MASTER TRIALS EPOCHS
    ./submit.sh --master "$2" --conf spark.cores.max=2 --conf spark.driver.host=127.0.0.1 --executor-memory 1g \
        search "$folder/overhead.yaml" --output "$folder/results" --set "study=$1" \
        --set "search.trials-per-round=$3" --set "training.fine-tune.epochs=$4" > "$folder/log" 2>&1 \
        || { cat "$folder/log" >&2; exit 1; }
}

./submit.sh describe "$folder/overhead.yaml" > /dev/null
study local-short 'local[2]' 300 2
study local-long 'local[2]' 24 25
node master.Master --host 127.0.0.1 --port 17077 --webui-port 0
node worker.Worker --host 127.0.0.1 --webui-port 0 --cores 1 --work-dir "$folder/work" spark://127.0.0.1:17077
node worker.Worker --host 127.0.0.1 --webui-port 0 --cores 1 --work-dir "$folder/work" spark://127.0.0.1:17077
study cluster-short spark://127.0.0.1:17077 300 2
study cluster-long spark://127.0.0.1:17077 24 25
for master in 'local[2]' spark://127.0.0.1:17077; do
    MASTER="$master" SPARK_LOCAL_IP=127.0.0.1 \
        mvn -B -ntp -q -pl benchmarks -am process-classes -Dbenchmark=EmptyJobs -Dbenchmark.heap=1g 2> /dev/null
done
# While trials wait, both places should be busy: from the tenth start, when all is warm, to the last.
./submit.sh sql "
    WITH numbered AS (
        SELECT study, CAST(started_at AS DOUBLE) AS began, CAST(finished_at AS DOUBLE) AS ended,
               row_number() OVER (PARTITION BY study ORDER BY started_at) AS number
        FROM trials WHERE round = 1),
    span AS (SELECT study, min(began) AS first, max(began) AS last FROM numbered WHERE number >= 10 GROUP BY study),
    busy AS (
        SELECT study, first, last, began, greatest(0, least(ended, last) - greatest(began, first)) AS seconds
        FROM numbered JOIN span USING (study))
    SELECT study, count_if(began >= first) AS trials, round(avg(seconds), 3) AS seconds_of_a_trial,
           round(1000 * (2 * (max(last) - max(first)) - sum(seconds)) / count_if(began >= first), 1) AS own_milliseconds_per_trial,
           round(100 * sum(seconds) / (2 * (max(last) - max(first))), 1) AS efficiency_percent
    FROM busy GROUP BY study ORDER BY study DESC" --output "$folder/results"
