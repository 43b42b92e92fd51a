internal import Readings
internal import Text

/// A period, or a moment, that a file of labels names.
struct LabelledPeriod {
    /// From when to when it is.
    struct Span {
        /// When it begins.
        let start: Timestamp
        /// When it is over: a reading of this time is not part of it. Nil for a moment.
        let end: Timestamp?
    }

    /// The meter, as it is written; nil for all meters.
    let meter: Name?
    /// When it is, by the clock of its meter.
    var span: Span
    /// When it is by the other clocks of meters, if it is one of all meters.
    var others: [LocalClock: Span] = [:]
    /// What is said of its readings.
    var label: Label

    /// When it is by the clock of a meter.
    func span(on clock: LocalClock) -> Span { others[clock] ?? span }
}

/// How long a period is, as files write it.
enum PeriodLength {
    /// Milliseconds of a length such as `2h`, `90 min`, `1h30m`, `1:30` or `PT2H`.
    ///
    /// - Parameter unit: milliseconds of the unit of numbers without one; nil if none is known.
    /// - Returns: nil for what is no length, or has no unit.
    static func milliseconds(_ cell: String, unit: Int64?) -> Int64? {
        let bytes = Array(cell.utf8)
        if cell.contains(":") { return StampParts(clock: bytes.span)?.clock }
        var text = Substring(cell.lowercased().replacing(",", with: "."))
        if text.hasPrefix("p") { text = Substring(text.dropFirst().replacing("t", with: "")) }
        var sum = 0.0
        var isFirst = true
        while !text.isEmpty {
            let digits = text.prefix { $0.isNumber || $0 == "." }
            guard let number = Double(digits), number >= 0, number < 1e9 else { return nil }
            let rest = text.dropFirst(digits.count).drop { $0 == " " }
            let word = rest.prefix { $0.isLetter }
            guard let scale = word.isEmpty && isFirst ? unit : units[String(word)] else { return nil }
            sum += number * Double(scale)
            text = rest.dropFirst(word.count).drop { $0 == " " || $0 == "." }
            isFirst = false
        }
        return isFirst || sum > 3e12 ? nil : Int64(sum.rounded())
    }

    /// Milliseconds of the unit that a column's name says, such as `duration_min` or `Dauer (h)`.
    static func unit(in name: String) -> Int64? {
        ColumnNames.words(name).lazy.compactMap { units[$0] }.first
    }

    /// Whether a column is called like one of lengths.
    static func isName(_ name: String) -> Bool { !ColumnNames.words(name).isDisjoint(with: names) }

    private static let names: Set<String> = [
        "duration", "length", "dauer", "durata", "durée", "duree", "duración", "duracion", "duur",
    ]

    private static let units: [String: Int64] = {
        let words: [(Int64, String)] = [
            (1_000, "s sec secs second seconds sekunde sekunden secondi secondes segundos seconden"),
            (60_000, "m min mins minute minutes minuten minuti minuto minutos minuut"),
            (3_600_000, "h hr hrs hour hours std stunde stunden ora ore heure heures hora horas uur"),
            (86_400_000, "d day days tag tage giorno giorni jour jours día días dag dagen"),
        ]
        return words.reduce(into: [:]) { units, line in
            for word in line.1.split(separator: " ") { units[String(word)] = line.0 }
        }
    }()
}
