"""How the installation runs; the only place that knows every part."""

import os

# Of numpy only the tagger makes use, with small products: the other cores are the engine's.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
