"""Asks Gridkin over its socket, and other engines, for the ten nearest rows.

All hold the embeddings of the same windows, which faiss-cpu reads from the bank that Gridkin wrote, and are asked
about the windows after them. Gridkin is asked about their readings, and does everything else besides: it computes
the features and the embedding, searches a bank of anomalies too, walks a forest, calibrates, and names the windows
it found, over a socket. One client, one question at a time, waiting for each answer. Times are wall-clock times:
medians over the rounds of each round's median. The engines take turns, round by round.
"""

import argparse

ENGINES = (
    "faiss", "fastapi", "chroma", "qdrant", "qdrant-edge", "sqlite-vec", "hnswlib", "usearch", "lancedb",
)  # fmt: skip


def read():
    numbers = lambda text: [int(number) for number in text.split(",")]
    parser = argparse.ArgumentParser(
        description=__doc__, prog="Benchmarks/peers/run", formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    parser.add_argument(
        "--rows", type=numbers, default=[10_000, 100_000],
        help="numbers of rows; default 10000,100000 (1000000 takes long to build)",
    )  # fmt: skip
    parser.add_argument(
        "--channels", type=numbers, default=[2],
        help="numbers of channels, 30 dimensions each; default 2",
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, default=5, help="how often each measurement is repeated; default 5")
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=list(ENGINES), metavar="ENGINE,…",
        help="only these engines: " + ", ".join(ENGINES),
    )
    parser.add_argument(
        "--where", default="WHERE time>={since}",
        help="the condition by which Gridkin names only the later half of the rows",
    )  # fmt: skip
    arguments = parser.parse_args()
    if unknown := set(arguments.only) - set(ENGINES):
        parser.error(f"there is no engine {', '.join(sorted(unknown))}; there are {', '.join(ENGINES)}")
    return arguments


if __name__ == "__main__":
    read()
