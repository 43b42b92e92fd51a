import Readings
import Statistics
import Testing

@Suite struct StampPartsTests {
    private func parts(_ text: String) -> StampParts? { StampParts(Array(text.utf8).span) }

    /// The fast way reads a text as the general scanner does; a blank more sends it to the scanner.
    @Test func theFastWayReadsWhatTheScannerReads() throws {
        var random = SplitMix64(seed: 61)
        let marks = ["-", "/", "."]
        func digits(_ count: Int) -> String { (0..<count).map { _ in String(random.index(10)) }.joined() }
        func number(_ limit: Int) -> String {
            let number = random.index(limit)
            return number < 10 ? "0\(number)" : "\(number)"
        }
        var read = 0
        for _ in 0..<40_000 {
            let mark = marks[random.index(3)]
            let year = random.index(4) == 0 ? digits(4) : "20\(number(100))"
            let date =
                random.index(2) == 0
                ? [year, number(14), number(33)].joined(separator: mark)
                : [number(33), number(14), year].joined(separator: mark)
            let second = random.index(2) == 0 ? ":\(number(62))" : ""
            let clock = "\(number(26)):\(number(62))\(second)"
            let zone = random.index(4) == 0 ? "Z" : ""
            let fast = parts("\(date) \(clock)\(zone)")
            #expect(fast == parts("\(date)  \(clock)\(zone)"), "\(date) \(clock)\(zone)")
            if fast != nil { read += 1 }
        }
        #expect(read > 10_000)
    }

    @Test func readsNoTextTooLongOrTooShort() {
        #expect(parts("") == nil && parts("1") == nil && parts("::") == nil)
        #expect(parts("2024-01-08 " + String(repeating: " ", count: 200) + "10:00") == nil)
        #expect(parts(String(repeating: "9", count: 19)) == nil)
        #expect(parts("99999999999999999999") == nil)
    }

    /// Random texts of the pieces of stamps: whatever is read is read again in the same way, and nothing
    /// traps.
    @Test func readsAnyMixtureWithoutHarm() {
        var random = SplitMix64(seed: 62)
        let pieces = [
            "2024", "01", "8", "-", "/", ".", ":", " ", "T", "Z", "AM", "pm", "Jan", "Mar", "mar.", "lun",
            "de", "+01:00",
            "-05:00", "UTC", "IST", "[Europe/Rome]", "(", ")", "[", "]", "bis", "–", "\u{a0}", "12", "00",
            "30", "h", ",",
            "Uhr", "août", "20240108", "1704672000", ".5", "to", "24",
        ]
        for _ in 0..<100_000 {
            let text = (0..<random.index(10)).map { _ in pieces[random.index(pieces.count)] }.joined()
            guard let read = parts(text) else { continue }
            #expect(read == parts(text))
            #expect(read.clock.map { (0...86_400_000).contains($0) } ?? true, "\(text)")
        }
    }
}
