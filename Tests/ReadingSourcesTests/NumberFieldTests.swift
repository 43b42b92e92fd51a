import ReadingSources
import Readings
import Statistics
import Testing

@Suite struct NumberFieldTests {
    private func read(_ text: String, decimalComma: Bool = false) -> NumberField {
        let bytes = Array(text.utf8)
        return NumberField(bytes.span, decimalComma: decimalComma)
    }

    /// The standard library is the slow, correctly rounded twin.
    @Test func readsTheSameNumberAsTheStandardLibrary() throws {
        var random = SplitMix64(seed: 21)
        for _ in 0..<20_000 {
            let sign = ["", "-", "+"][Int.random(in: 0..<3, using: &random)]
            let whole = String(
                UInt64.random(in: 0...(.max), using: &random) >> UInt64.random(in: 0..<64, using: &random)
            )
            let decimals = String(UInt64.random(in: 0...(.max), using: &random)).prefix(
                Int.random(in: 0..<20, using: &random)
            )
            let power = Bool.random(using: &random) ? "e\(Int.random(in: -40...0, using: &random))" : ""
            let text = sign + whole + (decimals.isEmpty ? "" : "." + decimals) + power
            let value = try #require(Double(text))
            #expect(read(text) == (value.magnitude <= 1e15 ? .number(value) : .tooLarge), "\(text)")
        }
    }

    @Test(arguments: ["", "-", "?", "na", "NA", "N/A", "NaN", "nan", "-nan", "null", "NULL", "None"])
    func takesForMissing(text: String) {
        #expect(read(text) == .missing)
    }

    @Test(arguments: ["inf", "-Inf", "+INFINITY", "Infinity"]) func takesForInfinite(text: String) {
        #expect(read(text) == .infinite)
    }

    @Test(arguments: [
        "abc", "1.2.3", "1,5", "--1", "1-", ".", "e5", "1e", "1e+", "0x10", "1 000", "1_000", "+", "nul",
        "1.5kW", "١٢",
    ]) func refuses(text: String) {
        #expect(read(text) == .notANumber)
    }

    @Test func knowsItsLimits() {
        #expect(read("1e15") == .number(1e15))
        #expect(read("-1000000000000001") == .tooLarge)
        #expect(read("1e400") == .tooLarge)
        #expect(read("1e-400") == .number(0))
        #expect(read("0e999999999999999999999") == .number(0))
        #expect(read(String(repeating: "9", count: 5_000)) == .tooLarge)
        #expect(read("0." + String(repeating: "0", count: 300) + "1") == .number(1e-301))
        #expect(read(".5") == .number(0.5))
        #expect(read("5.") == .number(5))
    }

    @Test func readsADecimalCommaWhereItIsAllowed() {
        #expect(read("1234,5", decimalComma: true) == .number(1234.5))
        #expect(read("1234,56789012345678901234", decimalComma: true) == .number(1234.5678901234568))
        #expect(read("1.234,5", decimalComma: true) == .notANumber)
        #expect(read("1,234.5", decimalComma: true) == .notANumber)
    }
}
