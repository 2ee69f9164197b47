#!/usr/bin/env python3
"""What a user would run instead of our kernels, timed beside them: rivals.py SHAPES.json OUT.jsonl

Matrix products by torch.matmul (cuBLASLt or cuBLAS, whichever PyTorch takes), causal prefill by each of PyTorch's attention backends that
takes the shape. Times are CUDA graphs over rotated inputs of at least 5 times the second-level cache, as the worker's are. One line a
(shape, rival): {"shape":..,"rival":..,"us":[..],"by":..}. These lines are no table: policies are never scored with them.
"""
import json
import sys

import torch
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

ROUNDS = 16


def sets_for(byte_count):
    l2 = torch.cuda.get_device_properties(0).L2_cache_size
    return max(2, -(-5 * l2 // byte_count))


def normal(*shape):
    return torch.randn(*shape, device="cuda", dtype=torch.bfloat16)


def times(run, inputs):
    """Microseconds of one call: a graph over all inputs, replayed."""
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for one in inputs:
            run(*one)
    stream.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        kept = [run(*one) for one in inputs]
    graph.replay()
    torch.cuda.synchronize()
    found = []
    for _ in range(ROUNDS):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        torch.cuda._sleep(400_000)
        begin.record()
        graph.replay()
        end.record()
        end.synchronize()
        found.append(1e3 * begin.elapsed_time(end) / len(inputs))
    if not all(torch.isfinite(out).all() for out in kept):
        raise RuntimeError("a rival's output is not finite")
    return found


def gemm(shape):
    m, n, k = shape["m"], shape["n"], shape["k"]
    inputs = [(normal(m, k), normal(n, k)) for _ in range(sets_for(2 * (m * k + n * k + m * n)))]
    yield "torch.matmul", times(lambda a, b: a @ b.T, inputs)


def prefill(shape):
    batch, heads_q, heads_kv, length = shape["sequences"], shape["heads_q"], shape["heads_kv"], shape["length"]
    byte_count = 2 * batch * length * 128 * (2 * heads_q + 2 * heads_kv)
    inputs = [(normal(batch, heads_q, length, 128), normal(batch, heads_kv, length, 128), normal(batch, heads_kv, length, 128)) for _ in range(sets_for(byte_count))]
    for backend in (SDPBackend.FLASH_ATTENTION, SDPBackend.CUDNN_ATTENTION):
        def run(q, k, v):
            return F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=heads_q != heads_kv)
        try:
            with sdpa_kernel(backend):
                yield "torch " + backend.name.lower(), times(run, inputs)
        except RuntimeError as refused:
            print(f"rivals: {backend.name} does not take {shape}: {str(refused).splitlines()[0]}", file=sys.stderr)


def main(shapes, out):
    by = f"torch {torch.__version__}, CUDA {torch.version.cuda}, {torch.cuda.get_device_name(0)}"
    with open(shapes) as listed, open(out, "w") as file:
        for shape in json.load(listed).get("tile_order", []):
            try:
                for rival, us in (gemm if shape["kernel"] == "gemm" else prefill)(shape):
                    print(json.dumps({"shape": shape, "rival": rival, "us": us, "by": by}), file=file, flush=True)
            except RuntimeError as failed:
                print(f"rivals: {shape}: {failed}", file=sys.stderr)
            torch.cuda.empty_cache()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
