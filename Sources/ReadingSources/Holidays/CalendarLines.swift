// libical says nothing of lines. What messages name is found here: where the events are, what they are
// called, and whether the file ends before they do.

/// The lines of an iCalendar (RFC 5545) that messages name.
struct CalendarLines {
    /// An event of the calendar.
    private struct Event {
        let line: Int
        var summary: String?
        var identifier: String?
        /// The rules by which it repeats, with their lines.
        var rules: [(line: Int, text: String)] = []

        var name: String { summary ?? identifier ?? "event of line \(line)" }
    }

    /// The events, in the order of the file.
    private var events: [Event] = []
    /// What began and has not ended, from the outside inwards.
    private var open: [(name: String, line: Int)] = []
    /// What ended without its inner part: that part.
    private var unended: (name: String, line: Int)?
    /// The number of the last line, from 1.
    private(set) var lastLine = 0

    /// Looks through a text in UTF-8.
    init(_ text: [UInt8]) {
        var logical: [UInt8] = []
        var first = 0
        for (number, line) in text.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            let bytes = line.last == 0x0d ? line.dropLast() : line
            if bytes.isEmpty { continue }
            lastLine = number + 1
            // A line that begins with a blank goes on with the one before.
            if bytes.first == 0x20 || bytes.first == 0x09 {
                logical += bytes.dropFirst()
                continue
            }
            take(String(decoding: logical, as: UTF8.self), line: first)
            (logical, first) = (Array(bytes), number + 1)
        }
        take(String(decoding: logical, as: UTF8.self), line: first)
    }

    private mutating func take(_ text: String, line: Int) {
        guard let colon = text.firstIndex(of: ":") else { return }
        let name = text[..<colon].prefix { $0 != ";" }.uppercased()
        let value = text[text.index(after: colon)...].trimmingBlanks
        switch name {
        case "BEGIN":
            let part = value.uppercased()
            if part == Self.event, open.last?.name == Self.calendar { events.append(Event(line: line)) }
            open.append((part, line))
        case "END":
            guard let place = open.lastIndex(where: { $0.name == value.uppercased() }) else { return }
            if unended == nil, place + 1 < open.count { unended = open[place + 1] }
            open.removeSubrange(place...)
        default:
            guard open.last?.name == Self.event, let last = events.indices.last else { return }
            switch name {
            case "SUMMARY": events[last].summary = value.replacing("\\,", with: ",")
            case "UID": events[last].identifier = value
            case "RRULE": events[last].rules.append((line, value))
            default: break
            }
        }
    }

    private static let calendar = "VCALENDAR"
    private static let event = "VEVENT"

    /// How the calendar is cut off, as a sentence; nil if it is whole.
    var cut: String? {
        guard let part = unended ?? open.last else { return nil }
        return
            "the calendar is cut off: the \(part.name) that begins in line \(part.line) has no END:\(part.name); get the "
            + "whole file again"
    }

    /// What to say of events with rules that are not understood.
    ///
    /// - Parameter understood: how many rules of each event are, by its number; events that do not count are
    ///   not in it.
    func warnings(ofRules understood: [Int: Int], file: String) -> [String] {
        let bad = events.indices.filter { events[$0].rules.count > understood[$0] ?? .max }
        let shown = bad.prefix(3).map { number in
            let (event, rule) = (events[number], events[number].rules[0])
            return
                "\(file):\(rule.line): `\(event.name.prefix(60))` repeats by a rule that is not understood, "
                + "`RRULE:\(rule.text.prefix(80))`: only its first day counts; write its days one by one"
        }
        guard bad.count > shown.count else { return shown }
        return shown + [
            "\(file): \(bad.count - shown.count) more events repeat by a rule that is not understood"
        ]
    }
}
