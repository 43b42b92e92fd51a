"""Writes metrics.json for EvaluationFixtureTests: the figures of scikit-learn and TSB-AD for some scores.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 scikit-learn==1.9.1
    venv/bin/pip install --no-deps TSB-AD==1.5
    venv/bin/python metrics.py > metrics.json
"""
import json

import numpy as np
from sklearn.metrics import average_precision_score, f1_score, precision_score, recall_score, roc_auc_score
from TSB_AD.evaluation.basic_metrics import generate_curve

random = np.random.default_rng(7)


def case(count, incidents, longest, buffer, distinct, strength, at_ends=False):
    labels = np.zeros(count, dtype=int)
    for start in random.integers(0, count, incidents):
        labels[start : start + random.integers(1, longest + 1)] = 1
    if at_ends:
        labels[:3] = labels[-2:] = 1
    scores = random.normal(size=count)
    # Alarms start a little late and last a little longer, like real ones.
    scores += strength * np.roll(labels, 1) + 0.3 * np.roll(labels, 3)
    scores = np.round(scores * distinct) / distinct
    vus_roc, vus_pr = generate_curve(labels, scores, buffer, "opt", 250)[-2:]
    alarms = scores > 1
    return {
        "scores": scores.tolist(),
        "labels": labels.tolist(),
        "buffer": buffer,
        "rocAUC": roc_auc_score(labels, scores),
        "averagePrecision": average_precision_score(labels, scores),
        "precision": precision_score(labels, alarms),
        "recall": recall_score(labels, alarms),
        "f1": f1_score(labels, alarms),
        "vusPR": vus_pr,
    }


cases = [
    case(400, 6, 12, 24, 1000, 2.0),
    case(400, 6, 12, 7, 1000, 2.0),
    case(120, 3, 5, 10, 100, 1.0, at_ends=True),
    case(120, 14, 6, 30, 100, 1.5),
    case(300, 20, 4, 9, 2, 1.0),
    case(700, 4, 60, 100, 1000, 0.5),
    case(300, 5, 9, 0, 1000, 3.0),
    case(260, 5, 9, 1, 10, 3.0),
]
print(json.dumps({"cases": cases}))
