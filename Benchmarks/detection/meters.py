"""The labelled meters: hourly readings, split by time, with features from the past only."""

import warnings
from dataclasses import dataclass

import numpy
import pandas

from features import DAY, Profile, features

MONDAY = pandas.Timestamp("2016-01-04")


def hours(time):
    return (time - MONDAY) // pandas.Timedelta(hours=1)


def load(path):
    table = pandas.read_csv(path, parse_dates=["timestamp"])
    table["slot"] = (table.timestamp - MONDAY) // pandas.Timedelta(hours=1)
    table = table.sort_values(["building_id", "slot"], ignore_index=True)
    table["incident"] = incidents(table)
    return table


def incidents(table):
    """Numbers the incidents of a meter: labelled hours, joined if at most two hours apart; -1 outside."""
    labelled = table[table.anomaly == 1]
    starts = (labelled.slot.diff() > 2) | (labelled.building_id.diff() != 0)
    return starts.cumsum().sub(1).reindex(table.index, fill_value=-1)


@dataclass
class Split:
    """The rows before a time, which are known, and the rows from then on, which are judged."""

    known: numpy.ndarray
    asked: numpy.ndarray
    rows: numpy.ndarray
    clock: numpy.ndarray
    meter: numpy.ndarray
    anomalous: numpy.ndarray
    # The labels of the known rows that the detectors get; the truth unless labels are held back.
    told: numpy.ndarray

    def plain(self):
        """Standardised by the known rows."""
        known = self.rows[self.known]
        scaled = (self.rows - numpy.nanmean(known, 0)) / (numpy.nanstd(known, 0) + 1e-6)
        return numpy.nan_to_num(numpy.clip(scaled, -6, 6))

    def identified(self):
        """The features with the hour, the weekend and the meter."""
        return numpy.hstack([self.rows, self.clock, numpy.eye(self.meter.max() + 1)[self.meter]])


def split(table, cut, end=None):
    """Profiles are made of the readings before `cut`; rows from `end` on are left out."""
    cut, end = hours(pandas.Timestamp(cut)), hours(pandas.Timestamp(end or "2100-01-01"))
    rows = []
    for _, meter in table.groupby("building_id"):
        slots = numpy.arange(meter.slot.iloc[0], meter.slot.iloc[-1] + 1)
        readings = numpy.full(len(slots), numpy.nan)
        readings[meter.slot - slots[0]] = meter.meter_reading
        history = slots < cut
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            profile = Profile.of(readings[history], slots[history])
        rows.append(features(readings, slots, profile)[meter.slot - slots[0]])
    angle = (table.slot % DAY) / DAY * 2 * numpy.pi
    weekend = table.slot // DAY % 7 >= 5
    anomalous = table.anomaly.to_numpy() == 1
    return Split(
        known=(table.slot < cut).to_numpy(),
        asked=((table.slot >= cut) & (table.slot < end)).to_numpy(),
        rows=numpy.concatenate(rows),
        clock=numpy.stack([numpy.sin(angle), numpy.cos(angle), weekend], 1),
        meter=table.building_id.factorize()[0],
        anomalous=anomalous,
        told=anomalous,
    )
