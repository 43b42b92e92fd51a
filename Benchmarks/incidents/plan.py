"""A simulated fleet, and what is planted in its last month."""

import datetime
import math
import random

START = datetime.datetime(2024, 1, 1)
KNOWN_DAYS, LIVE_DAYS = 91, 30


def stamp(seconds):
    return (START + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Fault:
    """What is planted: a kind, a meter, and the steps from the first to after the last."""

    def __init__(self, kind, meter, first, after):
        self.kind, self.meter, self.first, self.after = kind, meter, first, after


class Plan:
    def __init__(self, seed, meters, interval):
        self.draw = random.Random(seed)
        self.interval, self.meters = interval, [f"meter-{number:03}" for number in range(meters)]
        self.steps_a_day = 86_400 // interval
        self.known = KNOWN_DAYS * self.steps_a_day
        self.steps = self.known + LIVE_DAYS * self.steps_a_day
        self.faults, self.silences, self.taken = [], [], set()
        self.shapes = {meter: self.shape() for meter in self.meters}
        self.down = self.known + 20 * self.steps_a_day
        self.plant()

    def hours(self, hours):
        return max(int(hours * 3_600 / self.interval), 1)

    def shape(self):
        draw = self.draw
        return {
            "base": draw.uniform(0.2, 2),
            "peaks": [(draw.uniform(6, 22), draw.uniform(1, 4), draw.uniform(0.3, 1.5)) for _ in range(2)],
            "weekend": draw.uniform(0.6, 1.3),
            "noise": draw.uniform(0.04, 0.1),
            "day": [draw.uniform(0.85, 1.15) for _ in range(KNOWN_DAYS + LIVE_DAYS)],
        }

    def span(self, steps):
        """A free meter and a place for so many steps, a week or more before the end."""
        meter = self.draw.choice([meter for meter in self.meters if meter not in self.taken])
        self.taken.add(meter)
        day = self.steps_a_day
        first = self.known + 2 * day + self.draw.randrange(self.steps - self.known - steps - 3 * day)
        return meter, first

    def plant(self):
        count = max(len(self.meters) // 10, 2)
        for kind, low, high in (("surge", 1, 6), ("outage", 3, 12), ("night load", 8, 30), ("stuck", 12, 36)):
            for _ in range(count):
                steps = self.hours(self.draw.uniform(low, high))
                self.faults.append(Fault(kind, *self.place(steps)))
        meter, first = self.span(14 * self.steps_a_day)
        self.faults.append(Fault("two weeks out", meter, first, first + 14 * self.steps_a_day))
        for hours in [self.draw.uniform(10, 60) for _ in range(count)]:
            meter, first = self.span(self.hours(hours))
            self.silences.append(Fault("silent", meter, first, first + self.hours(hours)))
        self.ahead = self.span(self.hours(24))

    def place(self, steps):
        meter, first = self.span(steps)
        return meter, first, first + steps

    def load(self, meter, step, draw):
        shape, seconds = self.shapes[meter], step * self.interval
        hour, day = seconds / 3_600 % 24, seconds // 86_400
        load = shape["base"]
        for peak, width, size in shape["peaks"]:
            away = min(abs(hour - peak), 24 - abs(hour - peak))
            load += size * math.exp(-((away / width) ** 2))
        if day % 7 >= 5:
            load *= shape["weekend"]
        return load * shape["day"][day] * draw.gauss(1, shape["noise"])

    def changed(self, fault, value, held):
        """The value of a reading in a fault."""
        if fault.kind in ("outage", "two weeks out"):
            return 0
        if fault.kind == "surge":
            return value * 2.5
        if fault.kind == "night load":
            return value + 1.2 * self.shapes[fault.meter]["base"]
        return held.setdefault(fault.meter, value)

    def rows(self):
        """All readings in the order of their times: step, meter, value."""
        draw = random.Random(self.draw.random())
        by_meter = {}
        for fault in self.faults:
            by_meter.setdefault(fault.meter, []).append(fault)
        silent = {fault.meter: fault for fault in self.silences}
        held = {}
        for step in range(self.steps):
            for meter in self.meters:
                value = max(self.load(meter, step, draw), 0)
                silence = silent.get(meter)
                for fault in by_meter.get(meter, ()):
                    if fault.first <= step < fault.after:
                        value = self.changed(fault, value, held)
                if silence and silence.first <= step < silence.after:
                    continue
                yield step, meter, value
