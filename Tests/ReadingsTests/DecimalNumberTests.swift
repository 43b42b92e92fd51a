import Readings
import Statistics
import Testing

@Suite struct DecimalNumberTests {
    private func read(_ text: String, _ form: DecimalNumber.Form) -> Double? {
        DecimalNumber.read(whole: Array(text.utf8).span, form)
    }

    /// The standard library is the slow, correctly rounded twin.
    @Test(arguments: [DecimalNumber.Form.point, .json])
    func readsTheSameNumberAsTheStandardLibrary(form: DecimalNumber.Form) throws {
        var random = SplitMix64(seed: 22)
        for _ in 0..<20_000 {
            let sign = random.index(2) == 0 ? "" : "-"
            let whole = String(random.next() >> UInt64(random.index(64)))
            let decimals = String(random.next()).prefix(random.index(20))
            let power = random.index(2) == 0 ? "" : "E\(random.index(700) - 350)"
            let text = sign + whole + (decimals.isEmpty ? "" : "." + decimals) + power
            #expect(read(text, form) == Double(text), "\(text)")
        }
    }

    @Test(
        arguments: [
            ("+1", 1, nil), (".5", 0.5, nil), ("5.", 5, nil), ("007", 7, nil), ("-0", -0.0, -0.0),
            ("0.10", 0.1, 0.1),
            ("1e5", 1e5, 1e5), ("1e", nil, nil), ("-", nil, nil), ("", nil, nil), ("1,5", nil, nil),
            ("1 ", nil, nil),
            ("1e999", .infinity, .infinity),
        ] as [(String, Double?, Double?)]
    ) func knowsItsForms(text: String, plain: Double?, json: Double?) {
        #expect(read(text, .point) == plain)
        #expect(read(text, .json) == json)
    }

    @Test func readsUpToWhatFollows() {
        var position = 1
        #expect(DecimalNumber.read(Array("[1.5,2]".utf8).span, at: &position, .json) == 1.5)
        #expect(position == 4)
        position = 0
        #expect(DecimalNumber.read(Array("1,5;".utf8).span, at: &position, .pointOrComma) == 1.5)
        #expect(position == 3)
    }

    @Test(
        arguments: [
            ("1.5", true, false), ("1,5", false, true), (",5", false, true), ("1,5.0", false, false),
        ]
    )
    func knowsItsMarks(text: String, point: Bool, comma: Bool) {
        #expect((read(text, .point) != nil) == point && (read(text, .comma) != nil) == comma)
        #expect((read(text, .pointOrComma) != nil) == (point || comma))
    }
}
