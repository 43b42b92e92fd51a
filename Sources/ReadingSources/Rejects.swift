internal import Readings
internal import Text

/// Why a row was rejected. The associated values are what rows of one file have in common, so that equal
/// rejections can be counted; what is wrong in one row is seen in the row.
package enum Rejection: Hashable, Sendable {
    /// The row has more or fewer fields than the header.
    case wrongFieldCount(found: Int, expected: Int)
    /// The field of the time is empty.
    case noTime
    /// The field of the time holds something else.
    case badTime
    /// The clock of the time zone was put forward past this time.
    case skippedTime
    /// The day has no interval of this number.
    case noSuchInterval
    /// The field of the quantity is empty.
    case noChannel
    /// The field of the meter is empty.
    case noMeter
    /// The field of the meter cannot be a name.
    case badMeter
    /// The field of the unit is empty.
    case noUnit
    /// A value is not a number.
    case notANumber(column: String)
    /// A value is infinite.
    case infinite(column: String)
    /// A value is beyond ``DecimalNumber/largestMagnitude``.
    case tooLarge(column: String)
    /// There is a quote inside an unquoted field, or text after a closing quote.
    case strayQuote
    /// A quote is never closed.
    case unclosedQuote
    /// The line is longer than a record may be.
    case lineTooLong
    /// The end of a period is no time.
    case badEnd
    /// The length of a period is none, or has no unit.
    case badLength
    /// A period ends before it begins.
    case endBeforeStart
    /// A document is not what it should be: what is wrong.
    case badDocument(String)

    /// The reason, as the file of rejected rows has it.
    package var reason: String {
        switch self {
        case .wrongFieldCount(let found, let expected): "\(found) fields where the header has \(expected)"
        case .noTime: "no timestamp"
        case .badTime: "not a timestamp of the years 1970 to 2200"
        case .skippedTime: "a time that the zone's clock skipped when it was put forward"
        case .noSuchInterval: "an interval that the day does not have"
        case .noChannel: "no quantity"
        case .noMeter: "no meter"
        case .badMeter: "meter is not plain UTF-8 text"
        case .noUnit: "no unit"
        case .notANumber(let column): "\(column) is not a number"
        case .infinite(let column): "\(column) is infinite"
        case .tooLarge(let column): "\(column) is beyond 1e15"
        case .strayQuote: "a quote inside a field"
        case .unclosedQuote: "a quote that is never closed"
        case .lineTooLong: "line longer than 1 MiB"
        case .badEnd: "the end is not a timestamp of the years 1970 to 2200"
        case .badLength: "the length is not a time with a unit, such as 2h"
        case .endBeforeStart: "the end is before the start"
        case .badDocument(let reason): reason
        }
    }
}

/// Counts rejected rows and writes them down as `file,line,reason,row`. The file is created with the first
/// rejected row, so that its existence says that there was one.
struct RejectsLog: ~Copyable {
    /// The rows of one file that were rejected for one reason.
    struct Tally {
        var count: Int
        let exampleLine: Int
        let example: String
    }

    private let path: String?
    private var output: TextFile?
    /// The reasons of the file being read.
    private var tallies: [Rejection: Tally] = [:]
    /// The reasons of all files.
    private(set) var reasons: [String: Int] = [:]
    private(set) var count = 0

    init(path: String?) {
        self.path = path
    }

    /// Where rows were written; nil if none was.
    var writtenPath: String? { output == nil ? nil : path }

    /// Starts counting for the next file.
    mutating func beginFile() {
        tallies = [:]
    }

    /// Counts a rejected row and writes it.
    mutating func add(
        _ rejection: Rejection,
        file: String,
        line: Int,
        row: ArraySlice<UInt8>
    ) throws(ReadingsError) {
        count += 1
        reasons[rejection.reason, default: 0] += 1
        if let tally = tallies[rejection] {
            tallies[rejection] = Tally(
                count: tally.count + 1,
                exampleLine: tally.exampleLine,
                example: tally.example
            )
        } else {
            let excerpt = String(decoding: row.prefix(80), as: UTF8.self) + (row.count > 80 ? "…" : "")
            tallies[rejection] = Tally(count: 1, exampleLine: line, example: excerpt)
        }
        guard let path else { return }
        if output == nil { output = try Self.create(path) }
        try output?.write { bytes in
            bytes.append(csvText: file.utf8)
            bytes.append(Byte.comma)
            bytes.append(padded: Int64(line), width: 1)
            bytes.append(Byte.comma)
            bytes.append(csvText: rejection.reason.utf8)
            bytes.append(Byte.comma)
            bytes.append(csvText: row)
            bytes.append(Byte.lineFeed)
        }
    }

    /// The file's three most common reasons, each with its first line, as part of a sentence.
    var commonReasons: String {
        let order = tallies.sorted {
            ($1.value.count, $0.value.exampleLine) < ($0.value.count, $1.value.exampleLine)
        }
        return order.prefix(3).map { rejection, tally in
            "\(tally.count) x \(rejection.reason) (line \(tally.exampleLine): `\(tally.example)`)"
        }.joined(separator: ", ")
    }

    /// Gives the file of the rows its name, if there is one.
    mutating func finish() throws(ReadingsError) {
        try output?.finish()
    }

    private static func create(_ path: String) throws(ReadingsError) -> TextFile {
        var file = try TextFile(path: path, failingWith: .rejectsUnwritable)
        try file.write { $0.append(contentsOf: "file,line,reason,row\n".utf8) }
        return file
    }
}
