"""Prints the tables of docs/detection.md; started by `run`, with the options of options.py."""

import os
import statistics
import tempfile
import time
from dataclasses import replace

import numpy
import pandas
from sklearn.metrics import average_precision_score, roc_auc_score

import families
import meters
import options
import peers
from ablation import Parts
from detector import Detector

CUT = "2016-09-13"
FOLDS = [("2016-04-28", "2016-07-05"), ("2016-05-25", CUT), ("2016-07-05", CUT), ("2016-08-05", CUT)]
FEW = (0, 1, 3, 10)
FEW_PEERS = {
    name: (peers.UNSUPERVISED | peers.SUPERVISED)[name]
    for name in (peers.EXTRA_TREES, peers.OWN_FOREST, peers.OWN_DISTANCE)
}
LABEL = ("--label", "anomaly")
CHANNELS = (
    "Accelerometer1RMS", "Accelerometer2RMS", "Current", "Pressure", "Temperature", "Thermocouple", "Voltage",
    "Volume Flow RateRMS",
)  # fmt: skip
KNOWN_ROWS = 400
AGES_DAYS = 14


def say(*lines):
    print(*lines, sep="\n", flush=True)


def table(title, *columns):
    say("", title, "", "| " + " | ".join(columns) + " |", "|---" * len(columns) + "|")


def row(*cells):
    say("| " + " | ".join(map(str, cells)) + " |")


def percent(share):
    return f"{100 * share:.1f} %"


def ranking(truth, scores):
    return roc_auc_score(truth, scores), average_precision_score(truth, scores)


def judged(evaluation):
    found = evaluation["pooled"]["ranking"]
    return found["rocAUC"], found["averagePrecision"]


def several(values):
    """The median, and the range where they differ."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.3f}" if high - low < 1e-9 else f"{middle:.3f} ({low:.3f} to {high:.3f})"


def pairs(found):
    """Rankings -> a cell with ROC-AUC and one with average precision."""
    return [several(values) for values in zip(*found)]


def before_and_after(asked, scores):
    """The shares of the runs' normal readings that raise an alarm before the fault, and after it."""
    times = pandas.to_datetime(asked.datetime, utc=True)
    asked = asked.assign(time=times, later=asked.groupby("run").anomaly.cummax() > 0)
    scores = scores.assign(time=pandas.to_datetime(scores.timestamp, utc=True))
    found = scores.merge(asked, how="left", left_on=["meter", "time"], right_on=["run", "time"])
    normal = found[found.anomaly == 0]
    return [percent((normal.score[normal.later == later] > 1).mean()) for later in (False, True)]


class Benchmark:
    def __init__(self, arguments, folder):
        self.folder = folder
        self.seeds = range(arguments.seeds)
        self.draws = range(arguments.draws)
        self.lead = os.path.join(arguments.data, "lead", "lead-6-buildings.csv.gz")
        self.pump_path = os.path.join(arguments.data, "skab", "valve1.csv.gz")
        self.gridkin = Detector(os.path.join(folder, "indexes"))
        self.table = meters.load(self.lead)
        self.alarms = []  # a name and an evaluation each, for the table of false alarms

    def headline(self):
        split = meters.split(self.table, CUT)
        truth = split.anomalous[split.asked]
        known = self.table[split.known]
        table(
            f"Known before {CUT}: {split.known.sum():,} readings, {known.anomaly.sum()} anomalous in "
            f"{known.incident[known.incident >= 0].nunique()} incidents. Asked about: {split.asked.sum():,} "
            f"readings, {truth.sum()} anomalous.",
            "detector", "ROC-AUC", "average precision", "seconds",
        )  # fmt: skip
        wall, used = self.gridkin.build("headline", self.lead, *LABEL, "--until", CUT)
        path = os.path.join(self.folder, "scores.csv")
        scores = self.gridkin.score("headline", self.lead, path, "--since", CUT)
        evaluation = self.gridkin.evaluate("headline", self.lead, *LABEL, "--since", CUT)
        self.alarms.append(("headline", evaluation))
        ours = self.in_order(scores, split)
        agreed = numpy.allclose(ranking(truth, ours), judged(evaluation), atol=1e-9)
        if not agreed:
            raise SystemExit(f"evaluate says {judged(evaluation)}, its scores {ranking(truth, ours)}")
        row("**Gridkin**, build and score", *pairs([judged(evaluation)]), f"{wall:.1f}")
        first = {}
        for kind, detectors in (("without labels", peers.UNSUPERVISED), ("with labels", peers.SUPERVISED)):
            for name, (detect, random) in detectors.items():
                start, found = time.perf_counter(), []
                for seed in self.seeds if random else [0]:
                    found.append(detect(split, seed))
                seconds = (time.perf_counter() - start) / len(found)
                first[name] = found[0]
                row(f"{name} ({kind})", *pairs([ranking(truth, one) for one in found]), f"{seconds:.1f}")
        say("", f"Gridkin's build: {wall:.1f} s on the clock, {used:.1f} s of the processor, one core.")
        self.own_line(evaluation)
        self.differences(split, truth, ours, first)

    def in_order(self, scores, split):
        """Gridkin's scores in the order of the split's rows."""
        scores["slot"] = meters.hours(pandas.to_datetime(scores.timestamp).dt.tz_localize(None))
        asked = self.table.loc[split.asked, ["building_id", "slot"]]
        joined = asked.merge(scores, how="left", left_on=["building_id", "slot"], right_on=["meter", "slot"])
        if joined.score.isna().any() or len(joined) != len(scores):
            raise SystemExit("Gridkin's scores are not those of the readings to judge")
        return joined.score.to_numpy()

    def truth(self, scores):
        """Whether each row of a scores file is labelled anomalous."""
        slot = meters.hours(pandas.to_datetime(scores.timestamp).dt.tz_localize(None))
        found = scores.assign(slot=slot)[["meter", "slot"]].merge(
            self.table, how="left", left_on=["meter", "slot"], right_on=["building_id", "slot"]
        )
        return found.anomaly.to_numpy() == 1

    def own_line(self, evaluation):
        table(
            "Gridkin at its own line (score above 1).",
            "meter", "anomalous", "ROC-AUC", "average precision", "precision", "recall", "F1", "false alarms",
            "incidents found",
        )  # fmt: skip
        number = lambda value: "" if value is None else f"{value:.3f}"
        for name, line in [*sorted(evaluation["meters"].items()), ("all", evaluation["pooled"])]:
            found = line.get("ranking") or {}
            cells = [found.get("rocAUC"), found.get("averagePrecision")]
            # For a meter without incidents, precision, recall and F1 mean nothing.
            cells += [line.get(key) if line["anomalous"] else None for key in ("precision", "recall", "f1")]
            row(
                name, line["anomalous"], *map(number, cells), percent(line["falseAlarmRate"]),
                f"{line['incidentsFound']} of {line['incidents']}",
            )  # fmt: skip

    def differences(self, split, truth, ours, others):
        """Confidence intervals of the differences: a bootstrap over the meters' weeks."""
        table(
            "Gridkin less another (its first seed): the middle nine tenths of 400 draws of meters' weeks.",
            "against", "ROC-AUC", "average precision",
        )  # fmt: skip
        asked = self.table[split.asked]
        blocks = pandas.Series(range(len(asked))).groupby(
            [asked.building_id.to_numpy(), (asked.slot // 168).to_numpy()]
        )
        blocks = [block.to_numpy() for _, block in blocks]
        for name in (
            peers.EXTRA_TREES, peers.BARE_TREES, peers.BOOSTED, peers.OWN_FOREST, peers.OWN_DISTANCE,
        ):  # fmt: skip
            chance, found = numpy.random.default_rng(1), []
            while len(found) < 400:
                drawn = chance.integers(len(blocks), size=len(blocks))
                rows = numpy.concatenate([blocks[block] for block in drawn])
                if truth[rows].any():
                    ranked = [ranking(truth[rows], scores[rows]) for scores in (ours, others[name])]
                    found.append(numpy.subtract(*ranked))
            low, high = numpy.quantile(found, [0.05, 0.95], axis=0)
            row(name, *(f"{a:+.3f} to {b:+.3f}" for a, b in zip(low, high)))

    def folds(self):
        splits = [meters.split(self.table, *fold) for fold in FOLDS]
        known = [self.table.incident[split.known & split.anomalous].nunique() for split in splits]
        table(
            "Folds of the history: ROC-AUC / average precision. Of the trees with the meter and LightGBM the "
            "median of the seeds, of the others the first seed.",
            "known before, asked until", *(f"{cut}, {end}" for cut, end in FOLDS), "mean",
        )  # fmt: skip
        row("incidents known", *known, "")
        found = []
        for number, (cut, end) in enumerate(FOLDS):
            self.gridkin.build(f"fold-{number}", self.lead, *LABEL, "--until", cut)
            options = (*LABEL, "--since", cut, "--until", end)
            evaluation = self.gridkin.evaluate(f"fold-{number}", self.lead, *options)
            self.alarms.append((f"{cut} to {end}", evaluation))
            found.append(judged(evaluation))
        self.fold_row("**Gridkin**", found)
        for name, (detect, _) in (peers.UNSUPERVISED | peers.SUPERVISED).items():
            seeds = self.seeds if name in (peers.EXTRA_TREES, peers.BOOSTED) else [0]
            self.fold_row(name, [self.median(split, detect, seeds) for split in splits])

    def median(self, split, detect, seeds):
        truth = split.anomalous[split.asked]
        return numpy.median([ranking(truth, detect(split, seed)) for seed in seeds], 0)

    def fold_row(self, name, found):
        row(name, *("{:.3f} / {:.3f}".format(*pair) for pair in [*found, numpy.mean(found, 0)]))

    def few_labels(self):
        table(
            f"Few labels, known before {CUT}: the median of the draws, and their range. Of Gridkin also each part "
            "alone.",
            "incidents labelled", "detector", "ROC-AUC", "average precision",
        )  # fmt: skip
        split = meters.split(self.table, CUT)
        known = self.table.incident[split.known]
        incidents = known[known >= 0].unique()
        for count in (*FEW, len(incidents)):
            found = {}
            for draw in self.draws if 0 < count < len(incidents) else [0]:
                chosen = numpy.random.default_rng(draw).choice(incidents, count, replace=False)
                told = self.table.incident.isin(chosen).to_numpy()
                found.setdefault("**Gridkin**", []).append(judged(self.told(told)))
                for name, ranks in self.parts("told", CUT).single().items():
                    found.setdefault(f"of it, {name}", []).append(ranking(self.parts_truth, ranks))
                for name, (detect, random) in FEW_PEERS.items():
                    if count or name in peers.UNSUPERVISED:
                        seeds = self.seeds if random and count == len(incidents) else [draw]
                        found.setdefault(name, []).extend(self.few(replace(split, told=told), detect, seeds))
            for name, rankings in found.items():
                row(f"all, {count}" if count == len(incidents) else count, name, *pairs(rankings))

    def told(self, told, cut=CUT, end=None, *options):
        """Gridkin with these labels alone; all other readings are unlabelled."""
        path = os.path.join(self.folder, "told.csv")
        shown = self.table[["building_id", "timestamp", "meter_reading"]]
        shown.assign(anomaly=numpy.where(told, "1", "")).to_csv(path, index=False)
        self.gridkin.build("told", path, *LABEL, "--until", cut, *options)
        end = ("--until", end) if end else ()
        return self.gridkin.evaluate("told", self.lead, *LABEL, "--since", cut, *end)

    def parts(self, name, cut, end=None):
        """The parts of what an index says of the readings since it was built; the truth goes to `parts_truth`."""
        path = os.path.join(self.folder, "parts.csv")
        span = ("--since", cut, *(("--until", end) if end else ()))
        scores = self.gridkin.score(name, self.lead, path, *LABEL, *span)
        self.parts_truth = self.truth(scores)
        return Parts(self.gridkin.indexes, name, scores)

    def few(self, split, detect, seeds):
        truth = split.anomalous[split.asked]
        return [ranking(truth, detect(split, seed)) for seed in seeds]

    def ablation(self):
        blocks = [*FOLDS, (CUT, None)]
        columns = (*(f"{cut}, {end}" for cut, end in FOLDS), "mean of these", f"from {CUT}")
        table("Parts left out, all labels known: ROC-AUC / average precision.", "", *columns)
        found = {}
        for number, (cut, end) in enumerate(blocks):
            name = f"parts-{number}"
            self.gridkin.build(name, self.lead, *LABEL, "--until", cut)
            for part, ranks in self.parts(name, cut, end).all().items():
                found.setdefault(part, []).append(ranking(self.parts_truth, ranks))
        options = ("--trust-unlabelled",)
        nothing = numpy.zeros(len(self.table), bool)
        for told, what in ((self.table.anomaly == 1, "all labels"), (nothing, "no labels")):
            for given, how in (((), "as it is"), (options, "all unlabelled windows in the bank")):
                name = f"{what}, {how}"
                found[name] = [judged(self.told(told, cut, end, *given)) for cut, end in blocks]
        for name, pairs_ in found.items():
            cells = [*pairs_[:-1], numpy.mean(pairs_[:-1], 0), pairs_[-1]]
            row(name, *("{:.3f} / {:.3f}".format(*pair) for pair in cells))

    def families(self):
        blocks = [*FOLDS, (CUT, None)]
        table(
            "Families of features left out, of the twin in Python: ROC-AUC / average precision.",
            "left out", *(f"{cut}, {end}" for cut, end in FOLDS), "mean of these", f"from {CUT}",
        )  # fmt: skip
        splits = [meters.split(self.table, *block) for block in blocks]
        known = [self.table.incident[split.known & split.anomalous].nunique() for split in splits]
        slots = self.table.slot.to_numpy()
        for name, columns in {"nothing": (), **families.FAMILIES}.items():
            found = []
            for split, incidents in zip(splits, known):
                truth = split.anomalous[split.asked]
                scores = families.score(split, slots, incidents, columns)
                found.append(ranking(truth, scores))
            cells = [*found[:-1], numpy.mean(found[:-1], 0), found[-1]]
            row(name, *("{:.3f} / {:.3f}".format(*pair) for pair in cells))

    def false_alarms(self):
        table("False alarms of Gridkin, nominal 1 %.", "", "normal readings", "realised", "recall")
        for what, evaluation in self.alarms:
            line = evaluation["pooled"]
            normal = line["readings"] - line["anomalous"]
            row(what, f"{normal:,}", percent(line["falseAlarmRate"]), f"{line['recall']:.2f}")
        for what, evaluation in self.alarms[:1]:
            for name, line in sorted(evaluation["meters"].items()):
                recall = f"{line['recall']:.2f}" if line["anomalous"] else ""
                normal = line["readings"] - line["anomalous"]
                row(f"{what}, meter {name}", f"{normal:,}", percent(line["falseAlarmRate"]), recall)

    def pump(self):
        table(
            f"Pump rig, 16 runs in one index, the first {KNOWN_ROWS} readings of each known to be normal.",
            "nominal", "ROC-AUC", "average precision", "F1", "false alarms", "before the fault", "after it", "missed",
        )  # fmt: skip
        readings = pandas.read_csv(self.pump_path)
        known = readings.groupby("run").cumcount() < KNOWN_ROWS
        paths = [os.path.join(self.folder, name) for name in ("known.csv", "asked.csv")]
        readings[known].drop(columns=["anomaly", "changepoint"]).to_csv(paths[0], index=False)
        readings[~known].drop(columns="changepoint").to_csv(paths[1], index=False)
        columns = ["--meter", "run", "--time", "datetime"]
        for channel in CHANNELS:
            columns += ["--value", channel]
        wall, used = self.gridkin.build("pump", paths[0], *columns, "--trust-unlabelled")
        for rate in ("1%", "5%"):
            options = (*columns, *LABEL, "--false-alarms", rate)
            line = self.gridkin.evaluate("pump", paths[1], *options)["pooled"]
            found = line["ranking"]
            scores = self.gridkin.score(
                "pump", paths[1], os.path.join(self.folder, "pump.csv"), *options
            )
            row(
                rate.replace("%", " %"), f"{found['rocAUC']:.3f}", f"{found['averagePrecision']:.3f}",
                f"{line['f1']:.3f}", percent(line["falseAlarmRate"]), *before_and_after(readings[~known], scores),
                percent(1 - line["recall"]),
            )  # fmt: skip
        say("", f"Build: {wall:.1f} s on the clock, {used:.1f} s of the processor, one core.")


    def second_look(self):
        """Each reading judged again a day later; both looks on the readings that have both."""
        table(
            "The second look, 24 hours later.",
            "known before, asked until", "readings", "first look", "second look", "false alarms",
            "of the second look",
        )  # fmt: skip
        anomalous = {
            (meter, slot) for meter, slot, label in zip(self.table.building_id, self.table.slot, self.table.anomaly)
            if label == 1
        }  # fmt: skip
        for number, (cut, end) in enumerate([*FOLDS, (CUT, None)]):
            name = f"second-{number}"
            self.gridkin.build(name, self.lead, *LABEL, "--until", cut, "--second-look", "24h")
            path = os.path.join(self.folder, "second.csv")
            until = ("--until", end) if end else ()
            scores = self.gridkin.score(name, self.lead, path, "--since", cut, *until)
            scores = scores[scores.second_score.notna()]
            slots = meters.hours(pandas.to_datetime(scores.timestamp).dt.tz_localize(None))
            truth = numpy.array([key in anomalous for key in zip(scores.meter, slots)])
            looks = [scores.score.to_numpy(), scores.second_score.to_numpy()]
            cells = ["{:.3f} / {:.3f}".format(*ranking(truth, look)) for look in looks]
            cells += [percent((look[~truth] > 1).mean()) for look in looks]
            row(f"{cut}, {end or 'the end'}", f"{len(scores):,}", *cells)


    def aging(self):
        """The alarms at a nominal 1 % as an index grows old, without and with rebuilding."""
        table(
            f"Nominal 1 %, known before {CUT}: false alarms of each fifth of what is asked, and of all of it.",
            "", *(f"{n}. fifth" for n in range(1, 6)), "all", "recall", "ROC-AUC / average precision",
        )  # fmt: skip
        cut, end = pandas.Timestamp(CUT), self.table.timestamp.max() + pandas.Timedelta(hours=1)
        starts = pandas.date_range(cut, end, freq=f"{AGES_DAYS}D")
        truth = self.table.anomaly.to_numpy() == 1
        before = (self.table.timestamp < cut).to_numpy()
        for what, labels, rebuilt in (
            ("never rebuilt", truth, False),
            (f"rebuilt every {AGES_DAYS} days, nothing labelled since", truth & before, True),
            (f"rebuilt every {AGES_DAYS} days, all labelled by then", truth, True),
        ):  # fmt: skip
            path = os.path.join(self.folder, "aging.csv")
            shown = self.table[["building_id", "timestamp", "meter_reading"]]
            shown.assign(anomaly=numpy.where(labels, "1", "")).to_csv(path, index=False)
            parts = []
            for since, until in zip(starts, [*starts[1:], end]) if rebuilt else [(cut, end)]:
                self.gridkin.build("aging", path, *LABEL, "--until", since.isoformat())
                span = ("--since", since.isoformat(), "--until", until.isoformat())
                output = os.path.join(self.folder, "parts.csv")
                parts.append(self.gridkin.score("aging", self.lead, output, *LABEL, *span))
            scores = pandas.concat(parts)
            self.aged(what, scores, self.truth(scores), cut, end)

    def aged(self, what, scores, truth, cut, end):
        age = (pandas.to_datetime(scores.timestamp).dt.tz_localize(None) - cut) / (end - cut)
        alarm, fifth = (scores.score > 1).to_numpy(), (age * 5).astype(int).to_numpy()
        rates = [percent(alarm[~truth & (fifth == number)].mean()) for number in range(5)]
        ranks = "{:.3f} / {:.3f}".format(*ranking(truth, scores.score))
        row(what, *rates, percent(alarm[~truth].mean()), f"{alarm[truth].mean():.2f}", ranks)


SECTIONS = {
    "headline": Benchmark.headline,
    "folds": Benchmark.folds,
    "few": Benchmark.few_labels,
    "ablation": Benchmark.ablation,
    "families": Benchmark.families,
    "alarms": Benchmark.false_alarms,
    "aging": Benchmark.aging,
    "pump": Benchmark.pump,
    "second": Benchmark.second_look,
}


def main():
    arguments = options.read()
    with tempfile.TemporaryDirectory() as folder:
        benchmark = Benchmark(arguments, folder)
        for name, section in SECTIONS.items():
            if name in arguments.only:
                section(benchmark)


if __name__ == "__main__":
    main()
