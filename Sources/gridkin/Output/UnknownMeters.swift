import Readings

/// The meters of a file that an index has never heard of. A file without a column of meters is a meter by its own name,
/// and under another name it is another meter.
struct UnknownMeters {
    let unknown: [String]
    let known: [String]

    init(_ histories: [MeterHistory], of scorer: FileScorer) {
        known = scorer.knownMeters
        let names = Set(known)
        unknown = histories.map(\.meter).filter { !names.contains($0) }
    }

    /// What to tell the user; nil where all are known.
    var warning: String? {
        guard !unknown.isEmpty else { return nil }
        return "the index does not know \(Self.list(unknown)), and judges by what it knows of others: "
            + "\(Self.list(known)). Is the name right? --meter names the column it is in, and without one it is "
            + "that of the file"
    }

    private static func list(_ meters: [String]) -> String {
        let shown = meters.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
        return meters.count > 3 ? "\(shown), … (\(meters.count) meters)" : shown
    }
}
