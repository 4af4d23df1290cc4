#!/bin/sh
# Builds what is needed and runs one benchmark; without an argument it lists them.
set -e
heap=2g
case "$1" in
    training) class=TrainingThroughput ;;
    scaling) class=Scaling ;;
    memory) class=Memory ;;
    preparation) class=Preparation ;;
    sampling) class=SamplingThroughput ;;
    accuracy) class=TrainedAccuracy ;;
    networks) class=NetworkRoundTrips ;;
    scale) class=LargeStudy heap=1g ;;
    serialization) class=Serialization ;;
    halving | distributed | overhead) exec "$(dirname "$0")/$1.sh" "${2:-}" ;;
    *)
        echo "benchmark is '$1'; it must be one of training, scaling, memory, preparation, sampling, accuracy, networks, scale, halving, distributed, overhead, serialization" >&2
        exit 2
        ;;
esac
cd "$(dirname "$0")/.."
exec mvn -B -ntp -q -pl benchmarks -am process-classes -Dbenchmark="$class" -Dbenchmark.heap="$heap"
