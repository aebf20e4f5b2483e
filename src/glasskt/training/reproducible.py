"""Same seed, same device, same number of threads: same bits."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from glasskt.errors import UserError


def device() -> torch.device:
    """Where networks live: `GLASSKT_DEVICE`, else the processor, which is the reference.

    Raises:
        UserError: The variable asks for CUDA and there is none.
    """
    name = os.environ.get("GLASSKT_DEVICE", "cpu")
    if name not in ("cpu", "cuda"):
        raise UserError(f'GLASSKT_DEVICE={name}: set it to "cpu" or "cuda"')
    if name == "cuda" and not torch.cuda.is_available():
        raise UserError("GLASSKT_DEVICE=cuda: torch sees no CUDA device; unset the variable to train on the processor")
    return torch.device(name)


@contextmanager
def reproducible(seed: int) -> Iterator[None]:
    """Run the block with its own random state and deterministic kernels only, and put both back afterwards.

    The number of threads is that of OMP_NUM_THREADS where it is set: sums are split by thread, so it is part of the result.
    """
    if threads := os.environ.get("OMP_NUM_THREADS"):
        torch.set_num_threads(int(threads))
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    # not use_deterministic_algorithms, which loads torch's compiler (2.6 s) to tell it the same
    before = torch.get_deterministic_debug_mode()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        torch.set_deterministic_debug_mode("error")
        try:
            yield
        finally:
            torch.set_deterministic_debug_mode(before)
