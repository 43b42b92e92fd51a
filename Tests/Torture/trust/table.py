"""The attacks and the table of what they measured."""

import time as clock
import traceback

ATTACKS = []


def attack(function):
    """An attack: a generator of rows (what, value, aim, whether it held)."""
    ATTACKS.append(function)
    return function


def row(what, value, aim, held):
    """One line of the table. `held` is None for what is measured and not promised."""
    return what, str(value), str(aim), None if held is None else bool(held)


def run(chosen, budget):
    """Runs the attacks whose names hold a word, until the time is over; how many did not hold."""
    begun, broken = clock.monotonic(), 0
    print("| attack | what | value | aim | held |")
    print("|---|---|---|---|---|")
    for function in ATTACKS:
        name = function.__name__.replace("_", " ")
        if chosen and not any(word in name for word in chosen):
            continue
        if clock.monotonic() - begun > budget:
            print(f"| {name} | | not measured: the time is over | | – |", flush=True)
            continue
        broken += report(name, function)
    print(f"trust: {clock.monotonic() - begun:.0f} s, {broken} did not hold")
    return broken


def report(name, function):
    broken = 0
    try:
        for what, value, aim, held in function():
            broken += held is False
            said = {True: "yes", False: "**no**", None: "–"}[held]
            cells = [name, what, value, aim, said]
            print(
                "| " + " | ".join(cell.replace("|", "¦").replace("\n", " ") for cell in cells) + " |",
                flush=True,
            )
    except Exception as error:  # One attack that fails does not stop the others.
        where = traceback.extract_tb(error.__traceback__)[-1]
        print(
            f"| {name} | | not measured: {type(error).__name__}: {error} ({where.name}, {where.lineno})"
            " | | **no** |"
        )
        broken += 1
    return broken
