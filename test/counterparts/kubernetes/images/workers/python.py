"""Writes BYTES (1 MiB) of content that looks random, and is the same for the same SEED, to data.bin in its home's out.

Piece n, of 1 MiB, is SHAKE128 of "SEED:n". Prints the SHA-256 of the whole.
"""

import hashlib
import os
import signal
import sys

PIECE = 1024 * 1024


def stop(_signal, _frame):
    print("stopped", flush=True)
    sys.exit(143)


signal.signal(signal.SIGTERM, stop)

left = int(os.environ.get("BYTES", PIECE))
seed = os.environ.get("SEED", "seed")
whole = hashlib.sha256()
number = 0
with open("/home/user/out/data.bin", "wb") as file:
    while left > 0:
        piece = hashlib.shake_128(f"{seed}:{number}".encode()).digest(min(PIECE, left))
        file.write(piece)
        whole.update(piece)
        left -= len(piece)
        number += 1
print(f"sha256 {whole.hexdigest()}", flush=True)
