internal import Readings
internal import Text

/// Cells that are a whole number with the same letters around it: `HE 07`, `H07`, `7 Uhr`, `07 - 08`, `7`.
struct NumberedCells {
    /// What stands before the number, in lower case and without blanks.
    let prefix: String
    /// The numbers, each once, ascending.
    let numbers: [Int64]
    /// Whether all are written with four digits.
    let areOfFourDigits: Bool
    /// What stands behind each number, without digits and blanks.
    let suffix: String
    /// Whether each cell is an hour and the next one: `07 - 08`.
    let areSpans: Bool

    /// Reads the first whole number of each cell; nil if a cell has none, or other letters than the first.
    init?(_ cells: some Sequence<String>) {
        var found: Set<Int64> = []
        var affixes: (String, String)?
        var areLong = true
        var areSpans = true
        for cell in cells {
            guard let number = Array(cell.utf8).span.dayNumber else { return nil }
            let before = cell.prefix { !$0.isNumber }
            let behind = cell[before.endIndex...].drop { $0.isNumber }
            let own = (ColumnNames.plain(String(before)), Self.marks(behind))
            if let affixes, affixes != own { return nil }
            affixes = own
            found.insert(number)
            if cell.count - before.count - behind.count != 4 { areLong = false }
            let end = behind.drop { !$0.isNumber }.prefix { $0.isNumber }
            if Int64(end).map({ $0 % 24 != (number + 1) % 24 }) ?? true { areSpans = false }
        }
        guard let affixes else { return nil }
        (prefix, suffix) = affixes
        self.areSpans = areSpans
        numbers = found.sorted()
        areOfFourDigits = areLong
    }

    /// What stands behind a number, without blanks and the digits of a second number.
    private static func marks(_ text: Substring) -> String {
        text.filter { !$0.isNumber && !$0.isWhitespace }.lowercased()
    }

    /// The least and the largest number.
    var range: ClosedRange<Int64> { numbers[0]...numbers[numbers.count - 1] }

    /// How they tell the time of day, if they do.
    var clockFormat: ClockFormat? {
        ClockFormat(
            range,
            mayBeMinutes: numbers.allSatisfy { $0 <= 2_400 && $0 % 100 < 60 },
            areOfFourDigits: areOfFourDigits,
            mayBeSeconds: areHoursMinutesSeconds
        )
    }

    /// Whether all may be hours, minutes and seconds as one number: `0`, `1500`, `234500`.
    var areHoursMinutesSeconds: Bool {
        numbers.allSatisfy { $0 <= 240_000 && $0 % 100 < 60 && $0 / 100 % 100 < 60 }
    }

    /// Whether the numbers are all that a day has, at even steps: hours, quarters, minutes or seconds.
    var areOfWholeDay: Bool {
        guard numbers.count >= 23 else { return false }
        if range.lowerBound <= 1, range.upperBound - range.lowerBound + 1 == numbers.count {
            return DayColumns.counts[numbers.count] != nil
        }
        let clock = numbers.map { $0 / 100 * 60 + $0 % 100 }
        if numbers.allSatisfy({ $0 <= 2_400 && $0 % 100 < 60 }), Self.fill(clock, 1_440) { return true }
        let seconds = numbers.map { $0 / 10_000 * 3_600 + $0 / 100 % 100 * 60 + $0 % 100 }
        if areHoursMinutesSeconds, Self.fill(seconds, 86_400) { return true }
        return Self.fill(numbers, 1_440) || Self.fill(numbers, 86_400)
    }

    /// Whether numbers go at even steps from 0, or from the first step, through the whole day.
    private static func fill(_ numbers: [Int64], _ day: Int64) -> Bool {
        let step = numbers[1] - numbers[0]
        return step > 1 && step * Int64(numbers.count) == day && (numbers[0] == 0 || numbers[0] == step)
            && zip(numbers, numbers.dropFirst()).allSatisfy { $1 - $0 == step }
    }

    /// The part of an hour that they number; nil if they do not.
    ///
    /// - Parameter isNamed: whether the column is called like one of such parts, which `1` to `4` need.
    func part(isNamed: Bool) -> ClockPart? {
        guard numbers.count >= 2, numbers[0] >= 0, numbers.count <= 60 else { return nil }
        let step = numbers[1] - numbers[0]
        guard zip(numbers, numbers.dropFirst()).allSatisfy({ $1 - $0 == step }), 60 % numbers.count == 0
        else {
            return nil
        }
        let length = 60 / Int64(numbers.count)
        if step == length, numbers[0] == 0 || numbers[0] == step, step > 1 || numbers.count == 60 {
            return ClockPart(length: 60_000, first: numbers[0])
        }
        guard isNamed, step == 1, numbers[0] <= 1, [2, 3, 4, 6, 12].contains(numbers.count) else {
            return nil
        }
        return ClockPart(length: length * 60_000, first: numbers[0])
    }
}

extension ClockFormat {
    /// How whole numbers tell the time of day, by their range over the column; nil if they may be anything.
    ///
    /// Hours are 0…23 or 0…24, periods 1…24, 1…48 and 1…96, or two and four more on the day of a clock
    /// change. Numbers that do not reach the last hours of a day may be anything, and are not taken.
    init?(
        _ range: ClosedRange<Int64>,
        mayBeMinutes: Bool,
        areOfFourDigits: Bool,
        mayBeSeconds: Bool = false
    ) {
        let (least, largest) = (range.lowerBound, range.upperBound)
        // Six digits in all cells may be anything.
        if mayBeSeconds, largest >= 120_000, least < 100_000 {
            self = .hoursMinutesSeconds
            return
        }
        if largest >= 1_200 || areOfFourDigits, mayBeMinutes, largest <= 2_400 {
            guard largest >= 1_200 else { return nil }
            self = .hoursAndMinutes
            return
        }
        switch largest {
        case 23 where least == 0, 24 where least == 0: self = .hour
        case 24 where least == 1, 25 where least == 1: self = .period(perDay: 24, first: 1)
        case 46...50 where least <= 1: self = .period(perDay: 48, first: Int(least))
        case 92...100 where least <= 1: self = .period(perDay: 96, first: Int(least))
        case 276...300 where least <= 1 && !mayBeMinutes: self = .period(perDay: 288, first: Int(least))
        case 1_380...1_440 where least <= 60: self = .minutes
        case 82_800...86_400 where least <= 3_600: self = .seconds
        default: return nil
        }
    }
}
