internal import Engine
import Foundation
import Readings
import Verdicts

/// A file of scores, or stdout. The file is written under a temporary name and renamed once it is complete,
/// so that an interrupted command leaves the old file in place.
struct ScoresOutput: ~Copyable {
    private let path: String?
    private let handle: FileHandle
    private let hasSecondLook: Bool
    private var isInPlace = false

    /// - Parameters:
    ///   - path: the file; nil for stdout.
    ///   - hasSecondLook: whether the columns of a second look are written too.
    /// - Throws: an error that names the path if it cannot be written.
    init(_ path: String?, hasSecondLook: Bool) throws {
        handle = try Self.open(path, hasSecondLook)
        self.path = path
        self.hasSecondLook = hasSecondLook
    }

    private static func open(_ path: String?, _ hasSecondLook: Bool) throws -> FileHandle {
        let header = ScoresFile.header + (hasSecondLook ? ScoresFile.secondHeader : "")
        var handle = FileHandle.standardOutput
        if let path {
            let temporary = path + ".tmp"
            guard FileManager.default.createFile(atPath: temporary, contents: nil),
                let opened = FileHandle(forWritingAtPath: temporary)
            else { throw OutputError(path: path, reason: String(cString: strerror(errno))) }
            handle = opened
        }
        do {
            try write(header + "\n", to: handle, path)
        } catch {
            if let path { unlink(path + ".tmp") }
            throw error
        }
        return handle
    }

    mutating func write(_ scores: [ScoredReading]) throws {
        try Self.write(rows(scores), to: handle, path)
    }

    private func rows(_ scores: [ScoredReading]) -> String {
        scores.map { ScoresFile.row($0, hasSecondLook: hasSecondLook) + "\n" }.joined()
    }

    private static func write(_ text: String, to handle: FileHandle, _ path: String?) throws {
        do {
            try handle.write(contentsOf: Data(text.utf8))
        } catch {
            throw OutputError(path: path ?? "stdout", reason: error.localizedDescription)
        }
    }

    deinit {
        if let path, !isInPlace { unlink(path + ".tmp") }
    }

    /// Renames the file to its own name.
    mutating func close() throws {
        guard let path else { return }
        try handle.close()
        guard rename(path + ".tmp", path) == 0 else {
            throw OutputError(path: path, reason: String(cString: strerror(errno)))
        }
        isInPlace = true
    }
}

/// A result could not be written.
struct OutputError: Error, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { "\(path) cannot be written: \(reason); the file there before is untouched" }
}

/// An HTML page, written completely or not at all.
enum PageFile {
    /// - Throws: an error that names the path if it cannot be written.
    static func write(_ html: String, to path: String) throws {
        do {
            try Data(html.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw OutputError(path: path, reason: error.localizedDescription)
        }
    }
}

/// The number of readings of each verdict.
struct ScoreSummary: Encodable {
    private var readings = 0
    private var verdicts: [String: Int] = [:]

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
        Console.print(
            "\(readings) readings scored into \(path ?? "stdout"): \(parts.joined(separator: ", "))"
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
