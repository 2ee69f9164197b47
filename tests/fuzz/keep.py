#!/usr/bin/env python3
"""keep.py MERGED CORPUS: adds the inputs of MERGED to CORPUS, smallest first, up to 500 files and 900 kB there in all.

What is in CORPUS already stays: regression inputs have names of their own and are never dropped."""
import pathlib
import shutil
import sys

MOST_FILES, MOST_BYTES = 500, 900_000


def main():
    merged, corpus = map(pathlib.Path, sys.argv[1:])
    kept = {path.read_bytes() for path in corpus.iterdir()}
    files, size = len(kept), sum(map(len, kept))
    for path in sorted(merged.iterdir(), key=lambda path: path.stat().st_size):
        data = path.read_bytes()
        if data in kept or files >= MOST_FILES or size + len(data) > MOST_BYTES:
            continue
        shutil.copy(path, corpus / path.name[:16])
        kept.add(data)
        files, size = files + 1, size + len(data)
    print(f"kept {files} inputs, {size} bytes, in {corpus}")


main()
