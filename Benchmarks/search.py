"""Times vector searches side by side; started by Benchmarks/search.

A cell is microseconds a query, and in brackets how many times as fast that is as the first
engine of its group. Rounds alternate: each engine answers the same queries once, then all start over, and the
median over the rounds is printed. Every engine runs on one thread, and what is measured is
the processor time of its call, so that other programs are not counted. The queries are ready
in memory; the call is one from Python for the others (2 to 5 us, which matters for batches of
one only) and one from Swift for Gridkin.

faiss-cpu opens the very files Gridkin wrote, so both hold the same rows in the same lists.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time

import faiss
import hnswlib
import numpy
from usearch.index import Index as USearch

K = 10
LATENT = 16  # the rows' intrinsic dimension, as embeddings have one


def embeddings(count, dimension, seed):
    """Rows near a curved LATENT-dimensional surface: neither clustered nor structureless."""
    shape = numpy.random.default_rng(7)
    first = shape.normal(size=(LATENT, 64))
    second = shape.normal(size=(64, dimension)) / 8
    chance = numpy.random.default_rng(seed)
    rows = numpy.tanh(chance.normal(size=(count, LATENT)) @ first / 2) @ second
    return (rows + 0.05 * chance.normal(size=rows.shape)).astype(numpy.float32)


class Gridkin:
    """The Swift program, one command a line."""

    def __init__(self, program, dimension, rows, queries):
        command = [program, str(dimension), rows, queries]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        answer = self.process.stdout.readline().strip()
        if not answer:
            raise SystemExit("Gridkin's program ended; its message is above")
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def timed(search, queries, batch):
    """Microseconds a query: the median over the batches."""
    times = []
    for first in range(0, len(queries), batch):
        part = queries[first : first + batch]
        start = time.process_time()
        search(part)
        times.append((time.process_time() - start) * 1e6 / len(part))
    return statistics.median(times)


def recall(found, truth):
    hits = sum(len(set(f) & set(t)) for f, t in zip(found.tolist(), truth.tolist()))
    return hits / truth.size


def compare(engines, queries, truth, arguments, size):
    """`engines`: name -> (time(count, batch), answers()). The first is what the rest divide by."""
    cells = {name: [] for name in engines}
    for batch in arguments.batches:
        count = min(len(queries), max(batch, min(1000, 20_000_000 // size)))
        rounds = {name: [] for name in engines}
        for _ in range(arguments.rounds):
            for name, (measure, _) in engines.items():
                rounds[name].append(measure(count, batch))
        middle = {name: statistics.median(times) for name, times in rounds.items()}
        reference = next(iter(middle.values()))
        for name, microseconds in middle.items():
            cells[name].append(f"{microseconds:,.1f} ({reference / microseconds:.1f})")
    for name, (_, answers) in engines.items():
        row(size, queries.shape[1], name, f"{recall(answers(), truth):.3f}", *cells[name])


def row(*cells):
    cells = (f"{cell:,}" if isinstance(cell, int) else cell for cell in cells)
    print("| " + " | ".join(cells) + " |", flush=True)


def python_engine(search, queries):
    return (
        lambda count, batch: timed(search, queries[:count], batch),
        lambda: numpy.asarray(search(queries)),
    )


def gridkin_engine(gridkin, folder, probes):
    def answers():
        path = os.path.join(folder, "answers")
        gridkin.ask("answers", path, K, probes)
        return numpy.fromfile(path, dtype=numpy.int64).reshape(-1, K)

    return (
        lambda count, batch: float(gridkin.ask("search", count, batch, K, probes)),
        answers,
    )


def graphs(rows, queries):
    hnsw = hnswlib.Index(space="l2", dim=rows.shape[1])
    hnsw.init_index(max_elements=len(rows), M=16, ef_construction=100, random_seed=1)
    hnsw.add_items(rows, num_threads=os.cpu_count())
    hnsw.set_ef(64)
    hnsw.set_num_threads(1)
    usearch = USearch(ndim=rows.shape[1], metric="l2sq", connectivity=16, expansion_search=64)
    usearch.add(numpy.arange(len(rows)), rows, threads=os.cpu_count())

    def usearch_rows(part):
        return usearch.search(part, K, threads=1).keys.reshape(-1, K).astype(numpy.int64)

    return {
        "hnswlib M 16, ef 64": python_engine(lambda q: hnsw.knn_query(q, k=K)[0], queries),
        "usearch M 16, ef 64": python_engine(usearch_rows, queries),
    }


def run(size, dimension, arguments, folder):
    rows, queries = embeddings(size, dimension, 1), embeddings(1000, dimension, 2)
    paths = [os.path.join(folder, name) for name in ("rows", "queries", "index")]
    rows.tofile(paths[0])
    queries.tofile(paths[1])
    gridkin = Gridkin(arguments.program, dimension, paths[0], paths[1])
    gridkin.ask("flat")
    gridkin.ask("write", paths[2])
    flat = faiss.read_index(paths[2])
    truth = flat.search(queries, K)[1]
    read = statistics.median(float(gridkin.ask("read")) for _ in range(7))
    speed = f"{read:,.1f}, {rows.nbytes / read / 1e3:.0f} GB/s"
    row(size, dimension, "reading all rows once", "", *[speed] * len(arguments.batches))
    engines = {
        "faiss-cpu 1.15.1 flat": python_engine(lambda q: flat.search(q, K)[1], queries),
        "Gridkin flat": gridkin_engine(gridkin, folder, 1),
    }
    compare(engines, queries, truth, arguments, size)
    lists = int(size**0.5)
    gridkin.ask("ivf", lists)
    gridkin.ask("write", paths[2])
    ivf = faiss.read_index(paths[2])
    for probes in arguments.probes:
        def search(part, probes=probes):
            ivf.nprobe = probes
            return ivf.search(part, K)[1]

        engines = {
            f"faiss-cpu 1.15.1 IVF {lists}, {probes} probes": python_engine(search, queries),
            f"Gridkin IVF {lists}, {probes} probes": gridkin_engine(gridkin, folder, probes),
        }
        if probes == arguments.probes[-1] and size <= arguments.graphs_up_to:
            engines.update(graphs(rows, queries))
        compare(engines, queries, truth, arguments, size)
    gridkin.close()


def main():
    numbers = lambda text: [int(number) for number in text.split(",")]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--program", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--sizes", type=numbers, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--dimensions", type=numbers, default=[64, 32])
    parser.add_argument("--batches", type=numbers, default=[1, 16, 256, 1000])
    parser.add_argument("--probes", type=numbers, default=[8, 32])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--graphs-up-to", type=int, default=100_000, help="rows; graphs take long to build")
    arguments = parser.parse_args()
    faiss.omp_set_num_threads(1)
    row("rows", "d", "engine", "recall@10", *(f"batch {batch}" for batch in arguments.batches))
    row(*["---"] * (4 + len(arguments.batches)))
    for dimension in arguments.dimensions:
        for size in arguments.sizes:
            with tempfile.TemporaryDirectory() as folder:
                run(size, dimension, arguments, folder)


if __name__ == "__main__":
    main()
