internal import Readings
internal import Text

/// The first records of a file, from which its shape is found out.
struct SampledText {
    /// A record: where it is, and its fields without blanks around them.
    struct Record {
        let line: Int
        let cells: [String]
    }

    /// How many records are sampled at most, and how many cells.
    static let recordLimit = 1_000
    static let cellLimit = 200_000

    let file: String
    let delimiter: UInt8
    let records: [Record]
    /// The first line, if it cannot be cut into fields.
    var rejectedFirst: (line: Int, rejection: Rejection)?
}

/// What one cell looks like, whatever its column.
enum CellLook {
    case empty
    /// A date, perhaps with a time of day, with marks that no number has.
    case date
    /// A number that may count the time since 1970, or be a date without marks.
    case bareStamp
    /// A time of day.
    case clock
    /// Another number.
    case number
    case text

    init(_ cell: String) {
        let bytes = Array(cell.utf8)
        let span = bytes.span
        guard !span.isEmpty else {
            self = .empty
            return
        }
        guard let parts = StampParts(span) else {
            self = Self.isNumber(span) ? .number : .text
            return
        }
        switch parts.day {
        case .known, .open: self = .date
        case .none: self = Self.isNumber(span) ? .number : .clock
        case .bare(let stamp):
            self =
                stamp.unit != nil || stamp.compact != nil ? .bareStamp : Self.isNumber(span) ? .number : .text
        }
    }

    /// Whether a cell is digits with the marks that numbers have, perhaps with a unit behind it.
    private static func isNumber(_ text: Span<UInt8>) -> Bool {
        var at = 0
        while at < text.count, text[at] == Byte.minus || text[at] == Byte.plus || text[at].isBlank { at += 1 }
        let start = at
        while at < text.count {
            let byte = text[at]
            guard byte.digit <= 9 || byte == Byte.point || byte == Byte.comma || byte == Byte.apostrophe
            else {
                break
            }
            at += 1
        }
        guard at > start, (start..<at).contains(where: { text[$0].digit <= 9 }) else { return false }
        if at < text.count, text[at].lowercased == UInt8(ascii: "e") {
            var rest = at + 1
            if rest < text.count, text[rest] == Byte.minus || text[rest] == Byte.plus { rest += 1 }
            let digits = rest
            while rest < text.count, text[rest].digit <= 9 { rest += 1 }
            if rest == text.count, rest > digits { return true }
        }
        // A unit has no digits and is short: `0.327 kW`, `230V`, `12,5 °C`.
        return text.count - at <= 6 && (at..<text.count).allSatisfy { text[$0].digit > 9 }
    }

    /// Whether a cell is data and not a name.
    var isData: Bool {
        switch self {
        case .date, .bareStamp, .clock, .number: true
        case .empty, .text: false
        }
    }

    /// Whether a cell holds a day.
    var isStamp: Bool { self == .date || self == .bareStamp }
}
