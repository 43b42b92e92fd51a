"""The 30 causal features of one channel with a calendar, for the detectors Gridkin is compared with.

Written from the description of the features, not from the Swift code: that both lead to the same figures is a
check of either. A window is the last w slots, the reading itself included; NaN is a slot without a reading.
"""

import warnings
from dataclasses import dataclass

import numpy

DAY = 24
WEEK = 7 * DAY
LAGS = (1, 2, 3, 6, 12)
WINDOWS = (3, 6, 12, DAY, WEEK)


def compress(values):
    values = numpy.clip(values, -30, 30)
    return numpy.sign(values) * numpy.log1p(numpy.abs(values))


def spread(values):
    """A robust standard deviation: a few extreme values do not change it."""
    low, lower, upper, high = numpy.nanquantile(values, [0.05, 0.25, 0.75, 0.95])
    return max((upper - lower) / 1.349, 0.5 * (high - low) / 3.29) or numpy.nanstd(values) or 1.0


def earlier(values, slots):
    return numpy.concatenate([numpy.full(slots, numpy.nan), values])[: len(values)]


def windows(values, width):
    padded = numpy.concatenate([numpy.full(width - 1, numpy.nan), values])
    return numpy.lib.stride_tricks.sliding_window_view(padded, width)


@dataclass
class Profile:
    """The typical values of a meter, from its history."""

    middle: float
    scale: float
    step: float
    levels: numpy.ndarray
    changes: numpy.ndarray
    usual: numpy.ndarray
    usual_spread: numpy.ndarray

    @classmethod
    def of(cls, readings, slots):
        """`slots` counts hours from a Monday 00:00, without gaps."""
        middle, scale = numpy.nanmedian(readings), spread(readings)
        values = (readings - middle) / scale
        changes = numpy.diff(values)
        weeks = numpy.full((slots[-1] // WEEK - slots[0] // WEEK + 1) * WEEK, numpy.nan)
        weeks[slots - slots[0] // WEEK * WEEK] = values
        weeks = weeks.reshape(-1, WEEK)
        by_hour = numpy.nan_to_num(numpy.nanmedian(weeks.reshape(-1, DAY), 0))
        enough = numpy.isfinite(weeks).sum(0) >= 2
        usual = numpy.where(enough, numpy.nanmedian(weeks, 0), numpy.tile(by_hour, 7))
        misses = numpy.abs(weeks - usual).reshape(-1, DAY)
        around = numpy.concatenate([numpy.roll(misses, shift, 1) for shift in (-1, 0, 1)])
        hourly = 0.8 * numpy.nanmedian(around, 0) + 0.2 * numpy.nanmedian(misses)
        return cls(
            middle=middle,
            scale=scale,
            step=max(spread(changes), 0.02),
            levels=numpy.sort(values[numpy.isfinite(values)]),
            changes=numpy.sort(numpy.abs(changes[numpy.isfinite(changes)])),
            usual=usual,
            usual_spread=numpy.tile(1.4826 * hourly + 0.02, 7),
        )


def rank(values, width):
    """The share of the window below its last value, equal ones counting half."""
    window, last = windows(values, width), values[:, None]
    below = (window < last).sum(1) + (window == last).sum(1) / 2
    return numpy.where(numpy.isfinite(values), below / numpy.isfinite(window).sum(1), numpy.nan)


def run_of_equals(values):
    at = numpy.arange(len(values))
    moved = ~(numpy.abs(values - earlier(values, 1)) < 1e-9)
    return at - numpy.maximum.accumulate(numpy.where(moved, at, 0))


def recent(values, profile):
    """The features that need no calendar: 21 columns with the range."""
    columns = [compress((values - earlier(values, lag)) / profile.step) for lag in LAGS]
    columns += [compress(numpy.nanmean(windows(values, width), 1)) for width in WINDOWS]
    columns += [numpy.log(numpy.nanstd(windows(values, width), 1) + 0.01) for width in WINDOWS]
    day, week = (
        numpy.nanmax(windows(values, width), 1) - numpy.nanmin(windows(values, width), 1) + 0.05
        for width in (DAY, WEEK)
    )
    columns += [numpy.log(day / week), numpy.log1p(numpy.minimum(run_of_equals(values), 200))]
    places = (numpy.searchsorted(profile.levels, values, side) for side in ("left", "right"))
    quantile = (sum(places) / 2 + 0.5) / (len(profile.levels) + 1)
    columns += [2 * quantile - 1, -numpy.log(2 * numpy.minimum(quantile, 1 - quantile) + 1e-4)]
    change = numpy.abs(values - earlier(values, 1))
    as_large = len(profile.changes) - numpy.searchsorted(profile.changes, change, "left") + 0.5
    rarity = -numpy.log(as_large / (len(profile.changes) + 1) + 1e-4)
    columns.append(numpy.where(numpy.isfinite(change), rarity, numpy.nan))
    columns.append(numpy.isnan(windows(values, DAY)).mean(1))
    return columns


def calendar(values, slots, profile):
    """The features that compare with the same hour of other days: 9 columns."""
    hour = slots % WEEK
    miss, tolerance = values - profile.usual[hour], profile.usual_spread[hour]
    back = hour[:, None] - numpy.arange(DAY - 1, -1, -1)
    day = windows(values, DAY)
    own = numpy.nanmean(numpy.abs(day - profile.usual[back % WEEK]), 1) + 0.05
    others = profile.usual.reshape(7, DAY)
    best = numpy.nanmin([numpy.nanmean(numpy.abs(day - usual[back % DAY]), 1) for usual in others], 0) + 0.05
    nearness = [numpy.abs(values - earlier(values, days * DAY)) / tolerance for days in range(1, 15)]
    three = [numpy.nanmean(windows(distance, 3), 1) for distance in nearness]
    return [
        compress(miss),
        compress(miss / tolerance),
        numpy.log(own),
        numpy.log(best),
        numpy.log(own / best),
        compress(numpy.nanmin(nearness, 0)),
        compress(numpy.nanmin(three, 0)),
        rank(values, WEEK),
        rank(values, DAY),
    ]


def features(readings, slots, profile):
    """One row per slot."""
    values = (readings - profile.middle) / profile.scale
    with warnings.catch_warnings():
        # Windows without a reading are NaN, as they should be.
        warnings.simplefilter("ignore", RuntimeWarning)
        return numpy.stack(recent(values, profile) + calendar(values, slots, profile), 1)
