internal import Engine
import Readings
internal import Text
import Verdicts

/// A file of scores, or stdout.
struct ScoresOutput: ~Copyable {
    private var file: OutputFile
    private let hasSecondLook: Bool
    private let explains: Bool
    /// The names that were written behind an apostrophe.
    private var guarded: Set<Name> = []

    /// - Parameters:
    ///   - hasSecondLook: whether the columns of a second look are written too.
    ///   - explains: whether those are that say why.
    /// - Throws: an error that names the path if it cannot be written.
    init(_ place: OutputPlace, hasSecondLook: Bool, explains: Bool) throws {
        var file = try OutputFile(place)
        let header =
            ScoresFile.header + (hasSecondLook ? ScoresFile.secondHeader : "")
            + (explains ? ScoresFile.whyHeader : "")
        try file.write((header + "\n").utf8)
        self.file = file
        self.hasSecondLook = hasSecondLook
        self.explains = explains
    }

    mutating func write(_ scores: [ScoredReading]) throws {
        for score in scores {
            guarded.formUnion(score.namesLikeFormulas)
            let row = ScoresFile.row(score, hasSecondLook: hasSecondLook, explains: explains)
            try file.write((row + "\n").utf8)
        }
        // Whoever reads a pipe need not wait for a full buffer.
        try file.flush()
    }

    /// Gives the complete file its name.
    mutating func finish() throws { try file.finish() }

    /// A note about names that are not written as they are; nil if all are.
    var note: String? {
        guard let first = guarded.min() else { return nil }
        let (names, verb) = guarded.count == 1 ? ("name begins", "is") : ("names begin", "are")
        return "\(guarded.count) \(names) like a spreadsheet's formula, such as `\(first)`, and \(verb) "
            + "written with an apostrophe (') in front; `evaluate --scores` takes it off, other programs "
            + "must too"
    }
}

/// An HTML page, written completely or not at all.
enum PageFile {
    /// - Throws: an error that names the path if it cannot be written.
    static func write(_ html: String, to place: OutputPlace) throws {
        var file = try OutputFile(place)
        try file.write(html.utf8)
        try file.finish()
    }
}

/// The number of readings of each verdict.
struct ScoreSummary: Encodable {
    private var readings = 0
    private var verdicts: [String: Int] = [:]

    var isEmpty: Bool { readings == 0 }

    mutating func count(_ reading: ScoredReading) {
        readings += 1
        verdicts[reading.content.word, default: 0] += 1
    }

    /// Prints it.
    ///
    /// - Parameter path: the file of scores; nil for stdout.
    func print(_ output: OutputOptions, path: String?) throws {
        if output.json { return try Console.print(json: self) }
        let parts = Judgement.Content.words.compactMap { word in
            verdicts[word].map { "\($0) \(word)" }
        }
        let counts = parts.isEmpty ? "" : ": " + parts.joined(separator: ", ")
        Console.print(
            "\(readings.counted("reading", "readings")) scored into \(path ?? "stdout")\(counts)"
        )
    }
}

/// The meters of a file that an index does not know. A file without a meter column is one meter named like
/// the file, so that renaming the file makes another meter of it.
struct UnknownMeters {
    let unknown: [Name]
    let known: [Name]

    init(_ histories: [MeterHistory], of scorer: BatchScorer) {
        known = scorer.knownMeters
        let names = Set(known)
        unknown = histories.map(\.meter).filter { !names.contains($0) }
    }

    /// A warning about them; nil if the index knows all meters.
    var warning: String? {
        guard !unknown.isEmpty else { return nil }
        let meant = unknown.count == 1 ? unknown[0].meant(among: known) : nil
        return "the index does not know \(Self.list(unknown)), and judges by what it knows of others: "
            + "\(Self.list(known)). \(meant.map { "Did you mean \($0)? " } ?? "")"
            + "--meter COLUMN names the column of the meters; without one, the file's name is the meter"
    }

    private static func list(_ meters: [Name]) -> String {
        let shown = meters.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
        return meters.count > 3 ? "\(shown), … (\(meters.count) meters)" : shown
    }
}
