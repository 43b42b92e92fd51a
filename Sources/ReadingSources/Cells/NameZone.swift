internal import Readings
internal import Text

/// What the name of a column of times says about their zone.
enum NameZone: Equatable {
    /// A fixed offset in milliseconds east of Greenwich; 0 where the name says UTC, GMT or Z.
    case offset(Int64)
    /// A zone of the tz database, such as `Europe/Berlin`.
    case zone(LocalClock)
    /// An abbreviation such as `MEZ`, which leaves open whether the clock has summer time.
    case abbreviation(String)

    /// Looks at a name; nil if it says nothing.
    init?(_ name: String) {
        let words = name.split { $0.isWhitespace || "()[]{},;|".contains($0) }.map(String.init)
        if Self.isDenied(name) { return nil }
        // The zone before an offset beside it, which is that of the day the file was written.
        if let zone = words.lazy.compactMap(Self.zone).first {
            self = .zone(zone)
        } else if let cities = Self.windowsZone(name) {
            self = .abbreviation(cities)
        } else if let offset = Self.offset(name) {
            self = .offset(offset)
        } else if let word = words.dropFirst().first(where: Self.isAbbreviation) {
            self = .abbreviation(word)
        } else if Self.saysUTC(name) {
            self = .offset(0)
        } else {
            return nil
        }
    }

    private static func zone(_ word: String) -> LocalClock? {
        word.contains("/") ? LocalClock(identifier: word) : nil
    }

    /// The cities of a zone as Windows names it, such as `(UTC+01:00) Amsterdam, Berlin`: its clock has
    /// summer time, though the offset is that of winter.
    private static func windowsZone(_ name: String) -> String? {
        let found = name.firstMatch(of: /\((?:UTC|GMT)[-+−][0-9]{2}:[0-9]{2}\) (\p{Lu}\p{Ll}+.*)/)
        return found.map { String($0.output.1) }
    }

    /// Whether a name says that the times are not those: `Time (not UTC)`.
    private static func isDenied(_ name: String) -> Bool {
        !ColumnNames.words(name).isDisjoint(with: ["not", "non"])
    }

    /// The offset of `UTC+2`, `GMT-05:00` or `(+0100)`; nil if there is none.
    private static func offset(_ name: String) -> Int64? {
        let found = name.firstMatch(of: /(?i)(?:utc|gmt) ?([-+−]) ?([0-9]{1,2})(?::?([0-9]{2}))?(?![0-9])/)
        let bare = name.firstMatch(of: /[\[(]([-+−])([0-9]{2}):?([0-9]{2})?[\])]/)
        guard let parts = found?.output ?? bare?.output, let hours = Int64(parts.2), hours <= 14 else {
            return nil
        }
        let minutes = hours * 60 + (parts.3.flatMap { Int64($0) } ?? 0)
        return (parts.1 == "+" ? minutes : -minutes) * 60_000
    }

    /// Whether a word is one or more abbreviations: `MEZ`, `CET/CEST`, `GMT/BST`.
    private static func isAbbreviation(_ word: String) -> Bool {
        let parts = word.split(separator: "/")
        let areZones = parts.allSatisfy { part in
            (3...5).contains(part.count) && part.allSatisfy(\.isUppercase)
                && ZoneWord(Array(part.utf8).span) != nil
        }
        return areZones && !parts.allSatisfy { ["UTC", "GMT"].contains($0) }
    }

    /// Whether a name says UTC: `HourUTC`, `timestamp (UTC)`, `INTERVALSTARTTIME_GMT`, `time_z`.
    static func saysUTC(_ name: String) -> Bool {
        let words = ColumnNames.words(name)
        if !words.isDisjoint(with: ["utc", "gmt", "zulu"]) { return true }
        if words.count > 1, words.contains("z") { return true }
        let plain = ColumnNames.plain(name)
        return ["utc", "gmt"].contains { plain.hasSuffix($0) || plain.hasPrefix($0) }
    }

    /// A zone that has an abbreviation, as an example for people.
    static func example(of word: String) -> String {
        let first = word.split(separator: "/").first.map { String($0) } ?? word
        return examples.first { $0.words.contains(first) }?.zone ?? "Europe/Rome"
    }

    private static let examples: [(words: Set<String>, zone: String)] = [
        (["MEZ", "MESZ"], "Europe/Berlin"), (["CET", "CEST", "MET", "MEST"], "Europe/Paris"),
        (["WET", "WEST"], "Europe/Lisbon"), (["GMT", "BST", "IST"], "Europe/London"),
        (["EET", "EEST"], "Europe/Athens"), (["EST", "EDT"], "America/New_York"),
        (["CST", "CDT"], "America/Chicago"), (["MST", "MDT"], "America/Denver"),
        (["PST", "PDT"], "America/Los_Angeles"), (["AEST", "AEDT"], "Australia/Sydney"),
        (["NZST", "NZDT"], "Pacific/Auckland"), (["JST"], "Asia/Tokyo"),
    ]
}
