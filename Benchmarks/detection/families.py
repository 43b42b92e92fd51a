"""What each family of features contributes: Gridkin's verdict in Python, without that family.

A twin of the program's parts on the features of features.py, without what does not depend on features: the
doubtful windows of the bank, which are few where half a year is labelled, and the meters' biases; with half
the trees, for time.
"""

import numpy
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.neighbors import NearestNeighbors

from ablation import FOREST, SOFTENING

NEIGHBOURS = 5
DAY = 24

# The columns of features.py.
FAMILIES = {
    "changes over 1 to 12 hours": range(0, 5),
    "means of 3 hours to a week": range(5, 10),
    "spreads of 3 hours to a week": range(10, 15),
    "the day's range, standing still, missing readings": [15, 16, 20],
    "rank and rarity in the meter's history": range(17, 20),
    "distance from the usual hour of the week": range(21, 23),
    "likeness to the day's kind": range(23, 26),
    "nearest of the last fourteen days": range(26, 28),
    "rank in the week and the day": range(28, 30),
}


def embed(rows, known):
    """Half-whitened principal components, as encoder.json describes them."""
    middle, deviation = numpy.nanmean(rows[known], 0), numpy.nanstd(rows[known], 0)
    scaled = numpy.nan_to_num(numpy.clip((rows - middle) / (deviation + 1e-6), -6, 6))
    variances, directions = numpy.linalg.eigh(numpy.cov(scaled[known].T))
    return (scaled @ directions) / numpy.maximum(variances, 1e-6) ** 0.25


def nearest(known, asked):
    search = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(known)), algorithm="brute", n_jobs=1).fit(known)
    return search.kneighbors(asked)[0].mean(1)


def usual(embedding, slots):
    """The median distance of windows to the nearest ones that are more than a day away."""
    distances = []
    for row in numpy.linspace(0, len(slots) - 1, min(400, len(slots))).astype(int):
        others = embedding[numpy.abs(slots - slots[row]) >= DAY]
        squares = numpy.partition(((others - embedding[row]) ** 2).sum(1), NEIGHBOURS)[:NEIGHBOURS]
        distances.append(numpy.sqrt(squares).mean())
    return numpy.median(distances)


def score(split, slots, incidents, without=(), seed=1):
    """Scores of the rows to judge, with some features left out."""
    kept = [column for column in range(split.rows.shape[1]) if column not in without]
    embedding = embed(split.rows[:, kept], split.known)
    strangeness, normal = numpy.zeros(len(slots)), numpy.zeros(len(slots))
    for meter in numpy.unique(split.meter):
        own = split.meter == meter
        bank, asked = own & split.known & ~split.told, own & split.asked
        normal[asked] = nearest(embedding[bank], embedding[asked])
        unit = usual(embedding[bank], slots[bank])
        strangeness[asked] = numpy.log((normal[asked] + SOFTENING) / (unit + SOFTENING))
    anomalous = nearest(embedding[split.known & split.told], embedding[split.asked])
    resemblance = numpy.log((normal[split.asked] + SOFTENING) / (anomalous + SOFTENING))
    trees = ExtraTreesClassifier(n_estimators=100, min_samples_leaf=3, random_state=seed, n_jobs=1)
    columns = kept + list(range(split.rows.shape[1], split.identified().shape[1]))
    inputs = numpy.nan_to_num(split.identified()[:, columns])
    trees.fit(inputs[split.known], split.told[split.known])
    share = numpy.clip(trees.predict_proba(inputs[split.asked])[:, 1], 0.003, 0.999)
    trust = incidents / (incidents + 20)
    return (
        (1 - trust / 2) * strangeness[split.asked] + trust * resemblance
        + (1 - trust) * numpy.maximum(resemblance, 0) + FOREST * trust * numpy.log(share / (1 - share))
    )  # fmt: skip
