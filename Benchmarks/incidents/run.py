"""The incidents of a simulated month, beside what was planted in it."""

import csv
import json
import os
import tempfile

import options
from events import EventPlan, compare
from gridkin import Gridkin, Server
from plan import Plan, stamp
from review import figures as review

EVENTS = ("seed", "pairs", "together", "both", "precision", "recall", "F1", "two apart")
REVIEW = ("seed", "incidents", "groups", "beside", "alike", "alarms", "half by")
HEAD = ("seed", "faults", "found", "in 2", "each", "false", "a meter-week", "silent", "found", "gaps", "clocks", "others")


def push(plan, gridkin, rows):
    """Pushes rows over one connection, and counts replies that are no judgement."""
    lines = [f"PUSH {meter} {stamp(step * plan.interval)} {value:.4f} k=1" for step, meter, value in rows]
    refused = 0
    with Server(gridkin.indexes, "x") as server:
        client = server.connect()
        for start in range(0, len(lines), 500):
            part = lines[start : start + 500]
            client.send(part)
            refused += sum(not client.line().startswith("OK") for _ in part)
    return refused


def month(plan, gridkin, folder):
    """The incidents of the month."""
    path = os.path.join(folder, "known.csv")
    live = []
    with open(path, "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("meter", "time", "kw"))
        for step, meter, value in plan.rows():
            if step < plan.known:
                table.writerow((meter, stamp(step * plan.interval), f"{value:.4f}"))
            else:
                live.append((step, meter, value))
    gridkin.run("build", "x", "--from", path, "--quiet")
    six_hours, ahead = plan.hours(6), plan.hours(22)
    before = [row for row in live if row[0] < plan.down]
    after = [row for row in live if row[0] >= plan.down + six_hours]
    if plan.ahead:
        meter, first = plan.ahead
        jump = next(index for index, row in enumerate(live) if row[1] == meter and row[0] == first)
        for part in (before, after):
            if live[jump] in part:
                part[part.index(live[jump])] = (first + ahead, meter, live[jump][2])
    refused = push(plan, gridkin, before) + push(plan, gridkin, after)
    return json.loads(gridkin.run("incidents", "x", "--json")), refused


def touches(incident, fault, plan, later=0):
    first, last = stamp(fault.first * plan.interval), stamp((fault.after - 1) * plan.interval + later)
    return incident["meter"] == fault.meter and incident["start"] <= last and incident["latest"] >= first


def tell(cells):
    print(" ".join(f"{cell:>12}" for cell in cells), flush=True)


def months(chosen, kind, head):
    """Tells the head of a table, and gives each month: its seed, plan, program and incidents."""
    tell(head)
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        plan = kind(seed, chosen.meters, chosen.interval)
        with tempfile.TemporaryDirectory() as folder:
            gridkin = Gridkin(folder)
            incidents, _ = month(plan, gridkin, folder)
            yield seed, plan, gridkin, incidents


def events(chosen):
    """A row for each month with ten faults of five meters each."""
    for seed, plan, _, incidents in months(chosen, EventPlan, EVENTS):
        told = [incident for incident in incidents if incident["state"] != "withdrawn"]
        wanted, given, both, apart = compare(plan, told)
        precision, recall = len(both) / max(len(given), 1), len(both) / max(len(wanted), 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        figures = (f"{precision:.2f}", f"{recall:.2f}", f"{f1:.2f}", "yes" if apart else "no")
        tell((seed, len(wanted), len(given), len(both), *figures))


def main():
    chosen = options.parse()
    if chosen.only in (None, "faults"):
        faults(chosen)
    if chosen.only in (None, "events"):
        events(chosen)
    if chosen.only in (None, "review"):
        reviews(chosen)


def reviews(chosen):
    """A row for each month of the first table: what REVIEW makes of its incidents."""
    for seed, plan, gridkin, incidents in months(chosen, Plan, REVIEW):
        tell((seed, *review(plan, gridkin, incidents)))


def faults(chosen):
    """A row for each month with faults of single meters, silence, gaps and a clock that runs ahead."""
    for seed, plan, _, incidents in months(chosen, Plan, HEAD):
        told = [incident for incident in incidents if incident["state"] != "withdrawn"]
        kinds = ("silent", "no_data", "clock_ahead")
        alarms = [incident for incident in told if incident["kind"] not in kinds]
        found = [fault for fault in plan.faults if any(touches(one, fault, plan) for one in alarms)]
        soon = [
            fault
            for fault in found
            if any(
                touches(one, fault, plan) and one["start"] <= stamp((fault.first + 2) * plan.interval) for one in alarms
            )
        ]
        week = 7 * 86_400
        theirs = [one for one in alarms if any(touches(one, fault, plan, week) for fault in plan.faults)]
        # After a silence and the hours without a server, windows are new for a week.
        false = [
            one
            for one in alarms
            if one not in theirs and not any(touches(one, fault, plan, week) for fault in plan.silences)
        ]
        silent = [one for one in told if one["kind"] == "silent"]
        heard = [fault for fault in plan.silences if any(touches(one, fault, plan) for one in silent)]
        cells = (
            seed,
            len(plan.faults),
            len(found),
            len(soon),
            f"{len(theirs) / max(len(found), 1):.2f}",
            len(false),
            f"{len(false) / (chosen.meters * 30 / 7):.3f}",
            len(plan.silences),
            len(heard),
            sum(one["kind"] == "no_data" for one in told),
            sum(one["kind"] == "clock_ahead" for one in told),
            len(silent) - len(heard),
        )
        tell(cells)


if __name__ == "__main__":
    main()
