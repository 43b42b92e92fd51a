import ArgumentParser

@main struct Gridkin: ParsableCommand {}
