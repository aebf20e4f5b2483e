"""Real responses per second that pyKT's own code learns from: its sequences, its loader, its network, its loss and its training step.

Run by the interpreter of an environment that holds pykt-toolkit, never by ours; `bench_pykt.py` starts it. pyKT makes its tensors on CUDA
only; here `torch.cuda.LongTensor` and `FloatTensor` stand for those of the processor, which is all that is changed.
"""

import contextlib
import csv
import json
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

import torch

torch.cuda.LongTensor, torch.cuda.FloatTensor = torch.LongTensor, torch.FloatTensor
torch.set_num_threads(1)

from pykt.datasets.data_loader import KTDataset  # noqa: E402
from pykt.models.init_model import init_model  # noqa: E402
from pykt.models.train_model import model_forward  # noqa: E402

LENGTH, BATCH, SHORTEST = 200, 64, 3
NETWORKS = {
    "dkt": {"emb_size": 128, "dropout": 0.1},
    "sakt": {"seq_len": LENGTH, "emb_size": 64, "num_attn_heads": 4, "dropout": 0.1, "num_en": 2},
    "akt": {"d_model": 64, "n_blocks": 2, "dropout": 0.1, "d_ff": 256, "num_attn_heads": 4},
}


def sequences(source: Path, into: Path) -> None:
    """pyKT's train_valid_sequences.csv: pieces of at most 200 responses, filled with -1, as its split_datasets.py cuts them."""
    csv.field_size_limit(10**7)
    with source.open() as read, into.open("w", newline="") as write:
        rows = csv.DictReader(read)
        out = csv.writer(write)
        out.writerow(["fold", "uid", "concepts", "responses", "selectmasks"])
        for row in rows:
            lists = [row["concepts"].split(","), row["responses"].split(",")]
            for start in range(0, len(lists[0]), LENGTH):
                pieces = [values[start : start + LENGTH] for values in lists]
                real = len(pieces[0])
                if real >= SHORTEST:
                    filled = [",".join(piece + ["-1"] * (LENGTH - real)) for piece in pieces]
                    out.writerow([row["fold"], row["uid"], *filled, ",".join(["1"] * real + ["-1"] * (LENGTH - real))])


def rate(name: str, dataset: KTDataset, seconds: float) -> float:
    """Responses learned from in a second, after three steps of warming up."""
    torch.manual_seed(0)
    model = init_model(name, NETWORKS[name], {"num_c": 100, "num_q": 0, "emb_path": ""}, "qid").train()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    stream = cycle(torch.utils.data.DataLoader(dataset, batch_size=BATCH, shuffle=True))

    def step(batch: dict) -> int:
        loss = model_forward(model, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return int(batch["smasks"].sum()) + len(batch["smasks"])  # the first response of a piece is read, not predicted

    for batch in islice(stream, 3):
        step(batch)
    responses, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        responses += step(next(stream))
    return responses / (time.perf_counter() - start)


if __name__ == "__main__":
    source, network, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        file = Path(folder) / "train_valid_sequences.csv"
        sequences(source, file)
        found = rate(network, KTDataset(str(file), ["concepts"], {1, 2, 3, 4}), seconds)
    print(json.dumps({"responses_per_second": found, "torch": torch.__version__}))
