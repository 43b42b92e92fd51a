"""Common detectors on the features of features.py. Each takes a split and a seed, and scores the rows asked.

None is tuned to the block that is asked about; docs/detection.md says where the settings come from.
"""

import warnings

import numpy
from lightgbm import LGBMClassifier
from pyod.models.copod import COPOD
from pyod.models.ecod import ECOD
from sklearn.decomposition import PCA
from sklearn.ensemble import ExtraTreesClassifier, IsolationForest, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors

RESIDUAL = 22  # the column of that feature

warnings.filterwarnings("ignore", message="X does not have valid feature names")


def normals(split):
    return split.known & ~split.told


def pooled(detect):
    """A detector that learns from the normal rows of all meters."""

    def score(split, seed):
        rows = split.plain()
        return detect(rows[normals(split)], rows[split.asked], seed)

    return score


def own(detect):
    """A detector for each meter, that learns from its normal rows alone."""

    def score(split, seed):
        rows, scores = split.plain(), numpy.zeros(len(split.known))
        for meter in numpy.unique(split.meter):
            asked = split.asked & (split.meter == meter)
            scores[asked] = detect(rows[normals(split) & (split.meter == meter)], rows[asked], seed)
        return scores[split.asked]

    return score


def isolation(known, asked, seed):
    return -IsolationForest(n_estimators=300, random_state=seed, n_jobs=1).fit(known).score_samples(asked)


def local_outlier(known, asked, _):
    found = LocalOutlierFactor(n_neighbors=20, algorithm="brute", novelty=True, n_jobs=1).fit(known)
    return -found.score_samples(asked)


def neighbours(known, asked, _):
    search = NearestNeighbors(n_neighbors=5, algorithm="brute", n_jobs=1).fit(known)
    return search.kneighbors(asked)[0].mean(1)


def reconstruction(known, asked, _):
    components = PCA(n_components=0.9, svd_solver="full").fit(known)
    return ((asked - components.inverse_transform(components.transform(asked))) ** 2).sum(1)


def one_feature(split, _):
    """The distance of the reading from the typical value at its hour of the week, in typical distances."""
    return numpy.abs(split.plain()[split.asked, RESIDUAL])


def tails(model):
    return lambda known, asked, _: model().fit(known).decision_function(asked)


def supervised(model, rows):
    def score(split, seed):
        table = rows(split)
        fitted = model(seed).fit(table[split.known], split.told[split.known])
        return fitted.predict_proba(table[split.asked])[:, 1]

    return score


def without_gaps(rows):
    """For forests, a missing feature is a value far below all others."""
    return lambda split: numpy.nan_to_num(rows(split), nan=-9)


def standardised(split):
    return numpy.hstack([split.plain(), split.identified()[:, split.rows.shape[1] :]])


def bare(split):
    return split.rows


def identified(split):
    return split.identified()


def extra_trees(seed):
    return ExtraTreesClassifier(n_estimators=200, min_samples_leaf=3, random_state=seed, n_jobs=1)


def random_forest(seed):
    return RandomForestClassifier(n_estimators=100, min_samples_leaf=3, random_state=seed, n_jobs=1)


def boosted(seed):
    return LGBMClassifier(
        n_estimators=300, learning_rate=0.03, num_leaves=15, min_child_samples=50, reg_lambda=5,
        colsample_bytree=0.5, subsample=0.8, subsample_freq=1, random_state=seed, n_jobs=1, verbose=-1,
    )  # fmt: skip


def logistic(_):
    return LogisticRegression(C=0.01, max_iter=2000)


BARE_TREES = "extremely randomised trees, features"
OWN_FOREST = "isolation forest, own meter"
OWN_DISTANCE = "distance to 5 nearest, own meter"
EXTRA_TREES = "extremely randomised trees, features + clock + meter"
BOOSTED = "LightGBM, features + clock + meter"

# name: (score, whether the seed matters)
UNSUPERVISED = {
    "one feature: distance from the usual hour of the week": (one_feature, False),
    "isolation forest, all meters": (pooled(isolation), True),
    OWN_FOREST: (own(isolation), True),
    "local outlier factor, all meters": (pooled(local_outlier), False),
    "local outlier factor, own meter": (own(local_outlier), False),
    "distance to 5 nearest, all meters": (pooled(neighbours), False),
    OWN_DISTANCE: (own(neighbours), False),
    "PCA reconstruction, all meters": (pooled(reconstruction), False),
    "PCA reconstruction, own meter": (own(reconstruction), False),
    "ECOD (PyOD), all meters": (pooled(tails(ECOD)), False),
    "COPOD (PyOD), all meters": (pooled(tails(COPOD)), False),
}
SUPERVISED = {
    "logistic regression, features + clock + meter": (supervised(logistic, standardised), False),
    "random forest, features + clock + meter": (supervised(random_forest, without_gaps(identified)), True),
    BOOSTED: (supervised(boosted, identified), True),
    BARE_TREES: (supervised(extra_trees, without_gaps(bare)), True),
    EXTRA_TREES: (supervised(extra_trees, without_gaps(identified)), True),
}
