"""Gridkin as a user runs it: files in, scores and figures out."""

import json
import time

import pandas

from gridkin import Gridkin, one_core, used


class Detector(Gridkin):
    """The program, on one core, with its indexes in a folder of its own."""

    def run(self, *words):
        return super().run(*words, "--quiet", accepted=(0, 1), preexec=one_core)

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
