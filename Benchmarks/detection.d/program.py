"""Gridkin as anybody would run it: files in, scores and figures out."""

import json
import os
import resource
import subprocess
import time

import pandas


class Gridkin:
    """The program, with its indexes in a folder of its own."""

    def __init__(self, folder):
        self.program = os.environ["GRIDKIN_PROGRAM"]
        self.folder = folder
        self.run("list")  # builds the program where that has not happened yet

    def run(self, *words):
        command = [self.program, *map(str, words), "--indexes", self.folder, "--quiet"]
        done = subprocess.run(command, capture_output=True, text=True, preexec_fn=one_core)
        if done.returncode not in (0, 1):
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def build(self, name, path, *options):
        """Seconds on the clock, and of the processor."""
        start, before = time.perf_counter(), used()
        self.run("build", name, "--from", path, *options)
        return time.perf_counter() - start, used() - before

    def score(self, name, path, output, *options):
        self.run("score", name, "--from", path, "--output", output, *options)
        return pandas.read_csv(output)

    def evaluate(self, name, path, *options):
        return json.loads(self.run("evaluate", name, "--from", path, "--json", *options))


def one_core():
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def used():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime
