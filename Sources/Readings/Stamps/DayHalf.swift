internal import Text

/// Which half of the day a cell says, beside the hours of a clock of twelve: `AM`, `p.m.`.
package enum DayHalf: Sendable {
    /// Before noon: 12 is midnight.
    case morning
    /// From noon on: 12 is noon.
    case afternoon

    /// Reads a cell without blanks around it; nil if it says none.
    package init?(_ cell: Span<UInt8>) {
        guard cell.count <= 8 else { return nil }
        let letters = cell.text.lowercased().filter { $0 != "." && $0 != " " }
        guard let half = Self.words[letters] else { return nil }
        self = half
    }

    private static let words: [String: DayHalf] = [
        "am": .morning, "a": .morning, "vorm": .morning, "上午": .morning, "오전": .morning, "午前": .morning,
        "pm": .afternoon, "p": .afternoon, "nachm": .afternoon, "下午": .afternoon, "오후": .afternoon,
        "午後": .afternoon,
    ]

    /// A stamp of a clock of twelve hours in this half; nil if its hour does not fit.
    package func place(_ stamp: WrittenStamp) -> WrittenStamp? {
        guard case .local(let local) = stamp else { return nil }
        let half = CivilDate.millisecondsPerDay / 2
        let hour = local % CivilDate.millisecondsPerDay / 3_600_000
        switch self {
        case .morning: return hour < 12 ? stamp : hour == 12 ? .local(local - half) : nil
        case .afternoon: return .local(hour < 12 ? local + half : local)
        }
    }
}

extension StampParts {
    /// Whether a word is the name of a day of the week.
    package static func isWeekday(_ word: Span<UInt8>) -> Bool { CalendarWord(word)?.isWeekday ?? false }
}
