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
    parser.add_argument("--sizes", type=numbers, help="numbers of rows, separated by commas")
    parser.add_argument("--dimensions", type=numbers, default=[64, 32], help="numbers of dimensions; default 64,32")
    parser.add_argument(
        "--batches", type=numbers, default=[1, 16, 256, 1000],
        help="queries that are searched together; default 1,16,256,1000",
    )  # fmt: skip
    parser.add_argument(
        "--probes", type=numbers, default=[8, 32],
        help="how many lists of an IVF index are searched; default 8,32",
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, default=5, help="how often each measurement is repeated; default 5")
    parser.add_argument(
        "--graphs-up-to", type=int, default=100_000,
        help="the most rows for hnswlib and usearch, whose graphs take long to build; default 100000",
    )  # fmt: skip
    parser.add_argument("--readings", help="a CSV file; compare on embeddings of its windows instead of simulated rows")
    parser.add_argument(
        "--only", choices=["engines", "filters", "scaling"], default="engines",
        help="print only this table. filters: searches among some of the rows; scaling: time by the number of rows",
    )  # fmt: skip
    return parser.parse_args()


if __name__ == "__main__":
    read()
