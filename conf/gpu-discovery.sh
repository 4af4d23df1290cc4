#!/usr/bin/env bash
# Tells Spark which GPUs this machine, or this container, has: {"name": "gpu", "addresses": ["0","1"]}. See docs/gpu.md.
set -euo pipefail

fail() { # MESSAGE
    echo "gpu-discovery.sh: $*" >&2
    exit 1
}

[[ ! -v CUDA_VISIBLE_DEVICES ]] \
    || fail "CUDA_VISIBLE_DEVICES is $CUDA_VISIBLE_DEVICES, which gives GPUs other numbers: unset it, Spark hands them out"
command -v nvidia-smi > /dev/null \
    || fail "nvidia-smi is not on the PATH: install NVIDIA's driver, or ask Spark for no GPUs on this machine"
found=$(nvidia-smi --query-gpu=index --format=csv,noheader 2>&1) \
    || fail "nvidia-smi finds no GPU: ${found//$'\n'/ }"

# It may warn, too.
addresses=
while read -r index; do
    [[ ! $index =~ ^[0-9]+$ ]] || addresses+=${addresses:+,}\"$index\"
done <<< "$found"
[[ -n $addresses ]] || fail "nvidia-smi finds no GPU${found:+: ${found//$'\n'/ }}"
echo "{\"name\": \"gpu\", \"addresses\": [$addresses]}"
