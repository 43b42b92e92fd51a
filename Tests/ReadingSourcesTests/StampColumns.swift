import Foundation
import ReadingSources
import Readings

/// A column of text, noted cell by cell.
func column(_ cells: [String], missing: MissingWords = MissingWords()) -> ColumnEvidence {
    var column = ColumnEvidence(missing: missing)
    for cell in cells { column.note(Array(cell.utf8).span) }
    return column
}

extension StampFormat {
    func read(_ text: String) -> WrittenStamp? { read(Array(text.utf8).span) }
}

extension StampReading {
    /// The format, if it is decided.
    var format: StampFormat? {
        if case .one(let format) = self { format } else { nil }
    }
}

/// A way of writing moments, as Foundation writes it.
struct StampPattern: CustomStringConvertible, Sendable {
    let pattern: String
    var locale = "en_US_POSIX"
    /// What it cuts off, in milliseconds.
    var step: Int64 = 60_000
    /// Whether the text has an offset.
    var isAbsolute = false

    var description: String { "\(pattern) \(locale)" }

    func formatter() -> DateFormatter {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: locale)
        formatter.calendar = Calendar(identifier: .gregorian)
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = pattern
        return formatter
    }

    /// Every form that people write and whose order a day above 12 shows.
    static let all: [StampPattern] =
        [
            StampPattern(pattern: "yyyy-MM-dd HH:mm"), StampPattern(pattern: "yyyy/MM/dd HH:mm"),
            StampPattern(pattern: "yyyy.MM.dd HH:mm"), StampPattern(pattern: "dd-MM-yyyy HH:mm"),
            StampPattern(pattern: "MM-dd-yyyy HH:mm"),
            StampPattern(pattern: "dd.MM.yyyy HH.mm.ss", step: 1_000),
            StampPattern(pattern: "d/M/yyyy H:mm"), StampPattern(pattern: "dd/MM/yy HH:mm"),
            StampPattern(pattern: "dd.MM.yy HH:mm"), StampPattern(pattern: "yy-MM-dd HH:mm"),
            StampPattern(pattern: "MM/dd/yy h:mm a"),
            StampPattern(pattern: "M/d/yyyy h:mm:ss a", step: 1_000),
            StampPattern(pattern: "yyyyMMddHHmm"), StampPattern(pattern: "yyyyMMddHHmmss", step: 1_000),
            StampPattern(pattern: "yyyyMMddHHmmssSSS", step: 1),
            StampPattern(pattern: "yyyyMMddHH", step: 3_600_000),
            StampPattern(pattern: "yyyyMMdd", step: 86_400_000), StampPattern(pattern: "yyyyMMdd HH:mm"),
            StampPattern(pattern: "yyyyMMdd'T'HHmmss'Z'", step: 1_000, isAbsolute: true),
            StampPattern(pattern: "yyyyMMdd'T'HHmm"),
            StampPattern(pattern: "MMM dd HH:mm:ss yyyy", step: 1_000),
            StampPattern(pattern: "yyyy-MM-dd HH:mm:ss 'UTC'", step: 1_000, isAbsolute: true),
            StampPattern(pattern: "EEE, dd MMM yyyy HH:mm:ss 'GMT'", step: 1_000, isAbsolute: true),
            StampPattern(pattern: "EEE MMM dd HH:mm:ss 'UTC' yyyy", step: 1_000, isAbsolute: true),
            StampPattern(pattern: "dd/MMM/yyyy:HH:mm:ss xx", step: 1_000, isAbsolute: true),
            StampPattern(pattern: "yyyy-MM-dd'T'HH:mm:ssxxx'[Europe/Paris]'", step: 1_000, isAbsolute: true),
            StampPattern(pattern: "yyyy-MM-dd-HH.mm.ss.SSSSSS", step: 1),
            StampPattern(pattern: "yyyy-MM-dd HH:mm:ss,SSS", step: 1),
            StampPattern(pattern: "yyyy-MM-dd HH:mm:ss:SSS", step: 1),
            StampPattern(pattern: "dd.MM.yyyy HH:mm 'Uhr'"), StampPattern(pattern: "dd.MM.yyyy' - 'HH:mm"),
            StampPattern(pattern: "dd/MM/yyyy HH'h'mm"), StampPattern(pattern: "yyyy-MM-dd_HH:mm"),
            StampPattern(pattern: "dd-MMM-yyyy HH:mm"),
            StampPattern(pattern: "dd-MMM-yy HH:mm:ss", step: 1_000),
            StampPattern(pattern: "MMM d, yyyy h:mm:ss a", step: 1_000),
            StampPattern(pattern: "yyyy-MMM-dd HH:mm"),
            StampPattern(pattern: "MMMM d, yyyy, h:mm a"), StampPattern(pattern: "dd MMM yyyy HHmm"),
            StampPattern(pattern: "d MMMM yyyy", locale: "es_ES", step: 86_400_000),
            StampPattern(pattern: "d 'de' MMMM 'de' yyyy H:mm", locale: "es_ES"),
            StampPattern(pattern: "d. MMMM yyyy HH:mm", locale: "de_DE"),
        ]
        + ["en_GB", "de_DE", "fr_FR", "it_IT", "es_ES", "nl_NL"].flatMap { locale in
            ["dd MMM yyyy HH:mm", "d MMMM yyyy HH:mm", "EEE dd MMM yyyy HH:mm", "EEEE d MMMM yyyy HH:mm"].map
            {
                StampPattern(pattern: $0, locale: locale)
            }
        }
}
