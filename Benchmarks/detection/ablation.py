"""What each part of Gridkin's verdict contributes, computed from the index's own files.

The scores file holds the distances, the catalog what the index knows: so each part of a score can be computed
again, and left out. The parts are those of docs/design.md, "Score".
"""

import json
import os
import sqlite3

import numpy

SOFTENING = 0.05
FOREST = 0.35


class Parts:
    """The parts of the scores of an index with one channel."""

    def __init__(self, folder, name, scores):
        with open(os.path.join(folder, name, "CURRENT")) as file:
            generation = file.read().split()[0]
        catalog = os.path.join(folder, name, "generations", generation, "catalog.sqlite")
        with sqlite3.connect(f"file:{catalog}?mode=ro", uri=True) as database:
            names = dict(database.execute("SELECT name, id FROM meter"))
            ((stored,),) = database.execute("SELECT content FROM calibration WHERE name = 'classifier'")
        knowledge = json.loads(stored)
        calibration = knowledge["calibration"]
        meter = scores.meter.astype(str).map(names).to_numpy()
        usual = numpy.array([one[0] for one in knowledge["usual"]["byMeter"]])[meter]
        incidents = knowledge["fusion"]["incidents"]
        self.trust = incidents / (incidents + 20)
        self.offset = numpy.array(calibration["offsets"])[meter]
        self.weight = numpy.log(scores.score.to_numpy()) + calibration["line"] + self.offset
        normal = scores.d_normal.to_numpy() + SOFTENING
        self.strangeness = numpy.log(normal / (usual + SOFTENING))
        anomalous = scores.d_anomalous.to_numpy() + SOFTENING
        self.resemblance = numpy.nan_to_num(numpy.log(normal / anomalous))
        self.forest = self.weight - self.sum(self.strangeness, self.resemblance, 0)

    def sum(self, strangeness, resemblance, forest):
        trust = self.trust
        return (
            (1 - trust / 2) * strangeness + trust * resemblance
            + (1 - trust) * numpy.maximum(resemblance, 0) + forest
        )  # fmt: skip

    def single(self):
        """Each part alone, by name."""
        rows = {"strangeness": self.strangeness, "resemblance": self.resemblance, "the forest": self.forest}
        return {name: ranks for name, ranks in rows.items() if numpy.ptp(ranks) > 0.1}

    def all(self):
        """The scores to rank by, by name; the first are Gridkin's own."""
        whole = self.sum(self.strangeness, self.resemblance, self.forest)
        rows = {
            "as it is": whole - self.offset,
            "without the meters' biases": whole,
            "without strangeness": self.sum(0, self.resemblance, self.forest) - self.offset,
            "without resemblance": self.sum(self.strangeness, 0, self.forest) - self.offset,
            "without the forest": self.sum(self.strangeness, self.resemblance, 0) - self.offset,
            "strangeness alone": self.strangeness,
            "resemblance alone": self.resemblance,
            "the forest alone": self.forest,
        }
        return rows if self.trust else {name: rows[name] for name in list(rows)[:2]}
