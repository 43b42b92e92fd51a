"""How REVIEW groups the incidents of a month, beside what was planted."""

import json

from plan import stamp

WEEK = 7 * 86_400


def cause(incident, plan):
    """What an incident comes from: a fault, or the week after it, whose windows hold it; a silence; or nothing."""
    for fault in plan.faults + plan.silences:
        first = stamp(fault.first * plan.interval)
        last, later = (stamp((fault.after - 1) * plan.interval + more) for more in (0, WEEK))
        if incident["meter"] == fault.meter and incident["latest"] >= first and incident["start"] <= later:
            return fault.kind if incident["start"] <= last else f"after {fault.kind}"
    return "false"


def figures(plan, gridkin, incidents):
    """The cells of a month: groups, incidents, alarms; those beside the first of a group; how alike they are."""
    review = json.loads(gridkin.run("review", "x", "--json"))
    causes = {one["id"]: cause(one, plan) for one in incidents}
    beside, alike, alarms, half = 0, 0, [], 0
    for group in review["groups"]:
        first = group["incident"]["id"]
        beside += len(group["others"])
        alike += sum(causes[other] == causes[first] for other in group["others"])
        alarms.append(group["alarms"])
    while sum(alarms[:half]) < sum(alarms) / 2:
        half += 1
    return (review["unlabelled"], review["count"], beside, alike, sum(alarms), half)
