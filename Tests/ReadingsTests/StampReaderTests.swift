import Readings
import Statistics
import Testing

/// The reader of a column against the format alone.
@Suite struct StampReaderTests {
    private static let formats: [StampFormat] = [
        StampFormat(), StampFormat(order: .dayFirst),
        StampFormat(order: .yearFirst, dottedOrder: .monthFirst),
        StampFormat(isTwelveHour: true), StampFormat(hasSpans: true), StampFormat(.compact),
        StampFormat(.epoch(.seconds)), StampFormat(.serial), StampFormat(region: "Europe/Rome"),
    ]

    private static let others = [
        "", "0", "2024-01-31", "2024-02-30 10:00", "1969-12-31 10:00", "2201-01-01T00:00Z",
        "31.01.2024 24:00",
        "\0\0\0\0\0\0\0\0\0\0 10:00", "2024-01-31 10:00:00+01:00", "2024-01-31 10:00 PM", "20240131T1000",
        "2024-01-31 10:00-11:00", "1704672000", "45322.5", "2024-01-31 10:00 Europe/Rome", "31/13/2024 10:00",
    ]

    private func number(_ limit: Int, _ random: inout SplitMix64) -> String {
        let number = random.index(limit)
        return number < 10 ? "0\(number)" : "\(number)"
    }

    private func cell(_ random: inout SplitMix64) -> String {
        if random.index(8) == 0 { return Self.others[random.index(Self.others.count)] }
        let mark = ["-", "/", "."][random.index(3)]
        // Few days, so that neighbours share one.
        let (year, month, day) = ("202\(random.index(2))", number(4, &random), number(3, &random))
        let date =
            random.index(2) == 0
            ? [year, month, day].joined(separator: mark) : [day, month, year].joined(separator: mark)
        let second = random.index(2) == 0 ? ":\(number(61, &random))" : ""
        let between = ["T", " ", " ", "  "][random.index(4)]
        return date + between + number(25, &random) + ":" + number(61, &random) + second
            + (random.index(3) == 0 ? "Z" : "")
    }

    @Test func readsAsTheFormatDoes() {
        var random = SplitMix64(seed: 63)
        var read = 0
        for format in Self.formats {
            var reader = StampReader(format)
            for _ in 0..<20_000 {
                let text = cell(&random)
                let bytes = Array(text.utf8)
                let stamp = reader.read(bytes.span)
                #expect(stamp == format.read(bytes.span), "\(text), \(format)")
                if stamp != nil { read += 1 }
            }
        }
        #expect(read > 40_000)
    }
}
