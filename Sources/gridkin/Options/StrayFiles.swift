import ArgumentParser

/// Files that stand where none is expected: they are named with `--from`, and who forgets that is told so.
struct StrayFiles: ParsableArguments {
    @Argument(help: .hidden)
    var stray: [String] = []

    func validate() throws {
        guard let first = stray.first else { return }
        throw ValidationError("`\(first)` stands alone; did you mean --from \(first)?")
    }
}
