#!/bin/sh
# Builds what is needed and runs one benchmark: benchmarks/run.sh training | scaling | memory | preparation | sampling | accuracy | networks | halving
set -e
case "$1" in
    training) class=TrainingThroughput ;;
    scaling) class=Scaling ;;
    memory) class=Memory ;;
    preparation) class=Preparation ;;
    sampling) class=SamplingThroughput ;;
    accuracy) class=TrainedAccuracy ;;
    networks) class=NetworkRoundTrips ;;
    halving) exec "$(dirname "$0")/halving.sh" ;;
    *)
        echo "benchmark is '$1'; it must be one of training, scaling, memory, preparation, sampling, accuracy, networks, halving" >&2
        exit 2
        ;;
esac
cd "$(dirname "$0")/.."
exec mvn -B -ntp -q -pl benchmarks -am process-classes -Dbenchmark="$class"
