"""Times vector searches side by side, and prints the tables of docs/performance.md.

A cell is microseconds a query, and in brackets how many times as fast that is as the first engine of its group.
Rounds alternate: each engine answers the same queries once, then all start over, and the median over the rounds is
printed. Every engine runs on one thread. What is measured is the processor time of its call, so that other programs
are not counted. The queries are ready in memory; the call is one from Python for the others (2 to 5 us, which
matters for batches of one only) and one from Swift for Gridkin.

faiss-cpu opens the very files that Gridkin wrote, so both hold the same rows in the same lists.
"""

import argparse


def read():
    numbers = lambda text: [int(number) for number in text.split(",")]
    parser = argparse.ArgumentParser(
        description=__doc__, prog="Benchmarks/search/run", formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--program", help=argparse.SUPPRESS)
    parser.add_argument("--sizes", type=numbers, help="rows, separated by commas")
    parser.add_argument("--dimensions", type=numbers, default=[64, 32], help="default 64,32")
    parser.add_argument("--batches", type=numbers, default=[1, 16, 256, 1000], help="default 1,16,256,1000")
    parser.add_argument("--probes", type=numbers, default=[8, 32], help="lists of an IVF index searched; default 8,32")
    parser.add_argument("--rounds", type=int, default=5, help="default 5")
    parser.add_argument("--graphs-up-to", type=int, default=100_000, help="rows; graphs take long to build")
    parser.add_argument("--readings", help="a CSV file: compare on embeddings of its windows instead")
    parser.add_argument(
        "--only", choices=["engines", "filters", "scaling"], default="engines",
        help="filters: searches among some of the rows; scaling: time against the number of rows",
    )  # fmt: skip
    return parser.parse_args()


if __name__ == "__main__":
    read()
