import ArgumentParser
import Readings
import Verdicts

/// Readings of a meter on the command line: a time, two with `..` between them, or several of these with
/// commas between them.
struct WrittenTimes: CustomStringConvertible {
    /// As the line protocol writes them.
    let description: String

    /// The readings of one time.
    init(_ time: WrittenStamp) { description = "\(time)" }

    private init(_ description: String) { self.description = description }

    /// Reads an argument; the meter's clock is not known here.
    static func written(_ text: String) throws -> WrittenTimes {
        // A time may have a comma itself, before the fraction of a second.
        if let time = WrittenStamp(text) { return WrittenTimes(time) }
        let parts = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard let dots = part.firstRange(of: "..") else {
                return "\(try WrittenStamp.written(String(part)))"
            }
            let first = try WrittenStamp.written(String(part[..<dots.lowerBound]))
            return "\(first)..\(try WrittenStamp.written(String(part[dots.upperBound...])))"
        }
        return WrittenTimes(parts.joined(separator: ","))
    }
}

/// Who says something of readings, and why.
struct SaidOptions: ParsableArguments {
    @Option(name: .long, help: "Who says so.") var author: String?
    @Option(name: .long, help: "Anything, kept beside it.") var note: String?

    /// What is told.
    var said: LabelNote { LabelNote(author: author, note: note) }

    func validate() throws { try Self.check(said) }

    static func check(_ note: LabelNote) throws {
        do { try RequestLimit.check(note) } catch { throw ValidationError(error.sentence) }
    }
}

/// What was found of an anomaly.
struct FindingOptions: ParsableArguments {
    @Option(name: .long, help: "What the cause was, such as storm.") var cause: String?
    @Option(name: .long, help: "What was done about it, such as 'fuse, 3 h'.") var repair: String?

    func validate() throws { try SaidOptions.check(LabelNote(cause: cause, repair: repair)) }
}
