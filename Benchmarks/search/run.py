"""Times vector searches side by side; started by `run`, with the options of options.py."""

import os
import statistics
import subprocess
import tempfile
import time

import faiss
import hnswlib
import numpy
from usearch.index import Index as USearch

import options
from gridkin import Gridkin

K = 10
LATENT = 16  # the intrinsic dimension of the rows, as real embeddings have one


def surface(count, dimension, seed):
    """Rows near a curved LATENT-dimensional surface: neither clustered nor structureless."""
    shape = numpy.random.default_rng(7)
    first = shape.normal(size=(LATENT, 64))
    second = shape.normal(size=(64, dimension)) / 8
    chance = numpy.random.default_rng(seed)
    rows = numpy.tanh(chance.normal(size=(count, LATENT)) @ first / 2) @ second
    return (rows + 0.05 * chance.normal(size=rows.shape)).astype(numpy.float32)


def windows(readings, indexes):
    """The normal embeddings of an index of a file of readings, and a thousand of them held out as queries."""
    Gridkin(indexes).run("build", "windows", "--from", readings, "--index", "flat", "--quiet")
    index = faiss.read_index(os.path.join(indexes, "windows/generations/000001/normal.faiss"))
    rows = index.reconstruct_n(0, index.ntotal)
    held_out = numpy.zeros(len(rows), dtype=bool)
    held_out[numpy.random.default_rng(3).choice(len(rows), 1000, replace=False)] = True
    return rows[~held_out], rows[held_out]


class Searcher:
    """The Swift program beside this script, one command a line."""

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
    """`engines`: name -> (time(count, batch), answers()). The others are given relative to the first."""
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


def started(rows, queries, arguments, folder):
    """Gridkin's program with a flat index of the rows, and the file it wrote it to."""
    paths = [os.path.join(folder, name) for name in ("rows", "queries", "index")]
    rows.tofile(paths[0])
    queries.tofile(paths[1])
    gridkin = Searcher(arguments.program, rows.shape[1], paths[0], paths[1])
    gridkin.ask("flat")
    gridkin.ask("write", paths[2])
    return gridkin, paths[2]


def run(rows, queries, arguments, folder):
    size, dimension = rows.shape
    gridkin, path = started(rows, queries, arguments, folder)
    flat = faiss.read_index(path)
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
    gridkin.ask("write", path)
    ivf = faiss.read_index(path)
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


def filters(arguments, dimension=64):
    """The time of a search among some of the rows, relative to one among all."""
    row("rows", "index", "among all", *(f"{name} {share}" for name, share in CHOICES))
    row(*["---"] * (3 + len(CHOICES)))
    for size in (100_000, 1_000_000):
        queries = surface(1000, dimension, 2)
        with tempfile.TemporaryDirectory() as folder:
            gridkin, _ = started(surface(size, dimension, 1), queries, arguments, folder)
            lists = int(size**0.5)
            for index in ("flat", f"IVF {lists}, 32 probes"):
                if index != "flat":
                    gridkin.ask("ivf", lists)
                times = {choice: [] for choice in [("all", 1), *CHOICES]}
                for _ in range(arguments.rounds):
                    for (name, share), own in times.items():
                        scattered, run = (share, 1) if name == "scattered" else (1, share)
                        gridkin.ask("among", scattered, run)
                        own.append(float(gridkin.ask("search", 100, 1, K, 32)))
                whole = statistics.median(times.pop(("all", 1)))
                cells = (statistics.median(own) for own in times.values())
                row(size, index, f"{whole:,.1f}", *(f"{cell:,.1f} ({cell / whole:.2f})" for cell in cells))
            gridkin.close()


CHOICES = [(name, share) for name in ("scattered", "run") for share in (0.001, 0.01, 0.1, 0.5, 0.9)]


def scaling(arguments, dimension=64):
    """Time against the number of rows, and the exponent of the power law through it."""
    sizes = arguments.sizes or [10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000]
    columns = ["build flat, ms", "query flat, us", "build IVF, ms", "query IVF 32 probes, us"]
    row("rows", *columns)
    row(*["---"] * 5)
    times = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            queries = surface(200, dimension, 2)
            gridkin, _ = started(surface(size, dimension, 1), queries, arguments, folder)
            own = []
            for build in (("flat",), ("ivf", int(size**0.5))):
                own.append(float(gridkin.ask(*build)) * 1e3)
                rounds = [float(gridkin.ask("search", 200, 1, K, 32)) for _ in range(arguments.rounds)]
                own.append(statistics.median(rounds))
            gridkin.close()
        times.append(own)
        row(size, *(f"{time:,.1f}" for time in own))
    slopes = numpy.polyfit(numpy.log(sizes), numpy.log(numpy.array(times)), 1)[0]
    row("exponent", *(f"{slope:.2f}" for slope in slopes))


def main():
    arguments = options.read()
    faiss.omp_set_num_threads(1)
    if arguments.only != "engines":
        return {"filters": filters, "scaling": scaling}[arguments.only](arguments)
    row("rows", "d", "engine", "recall@10", *(f"batch {batch}" for batch in arguments.batches))
    row(*["---"] * (4 + len(arguments.batches)))
    if arguments.readings:
        with tempfile.TemporaryDirectory() as folder:
            return run(*windows(arguments.readings, folder), arguments, folder)
    for dimension in arguments.dimensions:
        for size in arguments.sizes or [10_000, 100_000, 1_000_000]:
            with tempfile.TemporaryDirectory() as folder:
                run(surface(size, dimension, 1), surface(1000, dimension, 2), arguments, folder)


if __name__ == "__main__":
    main()
