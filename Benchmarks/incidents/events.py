"""Faults that strike several meters at once, and how well their incidents are put together as events."""

import itertools

from plan import Fault, Plan, stamp

STRUCK = 5
KINDS = (("surge", 2, 6), ("outage", 3, 12), ("night load", 8, 30), ("dip", 3, 12))


class EventPlan(Plan):
    """Ten faults, each on five meters from one step on; the ninth begins with the tenth, on other meters."""

    def plant(self):
        # No clock runs ahead, and the server is not stopped: after that, many meters alarm, and rightly as one event.
        self.ahead, self.down = None, self.steps
        self.groups = []
        day = self.steps_a_day
        for number in range(10):
            kind, low, high = KINDS[number % len(KINDS)]
            steps = self.hours(self.draw.uniform(low, high))
            if number == 9:
                first, others = self.groups[-1][0].first, {fault.meter for fault in self.groups[-1]}
            else:
                # In the third day of each pair of days or so, so that no two touch.
                first, others = self.known + (2 + 2 * number) * day + self.draw.randrange(day), set()
            struck = self.draw.sample([meter for meter in self.meters if meter not in others], STRUCK)
            group = [Fault(kind, meter, first, first + steps) for meter in struck]
            self.groups.append(group)
            self.faults += group

    def changed(self, fault, value, held):
        if fault.kind == "dip":
            return value * 0.4
        return super().changed(fault, value, held)


def pairs(groups):
    return {pair for group in groups for pair in itertools.combinations(sorted(group), 2)}


def compare(plan, incidents):
    """(pairs that belong together, pairs that were put together, pairs that are both, first faults told apart)."""
    alarms = [one for one in incidents if one["kind"] not in ("silent", "no_data", "clock_ahead")]
    theirs, echoes, week = [], set(), 7 * 86_400
    for group in plan.groups:
        found = set()
        for fault in group:
            first, last = stamp(fault.first * plan.interval), stamp((fault.after - 1) * plan.interval)
            later = stamp(fault.after * plan.interval + week)
            its = [one for one in alarms if one["meter"] == fault.meter]
            within = sorted(one["start"] for one in its if first <= one["start"] <= last)
            found.update(one["id"] for one in its if within and one["start"] == within[0])
            # In a fault, and for a week after it, windows hold it: what alarms again is no new event and no false one.
            echoes.update(one["id"] for one in its if first <= one["start"] <= later)
        theirs.append(found)
    echoes -= set().union(*theirs)
    counted = [one for one in alarms if one["id"] not in echoes]
    told = {}
    for one in counted:
        if one["event"] is not None:
            told.setdefault(one["event"], set()).add(one["id"])
    wanted, given = pairs(theirs), pairs(told.values())
    of = {one["id"]: one["event"] for one in counted}
    ninth, tenth = ({of[one] for one in group if of.get(one)} for group in theirs[8:])
    return wanted, given, wanted & given, not ninth & tenth
