import Testing
import Text

@Suite struct WrittenFieldsTests {
    @Test(
        arguments: [
            (0, 0, "0"), (0, 2, "0.00"), (1.005, 1, "1.0"), (0.5, 0, "1"), (-0.25, 1, "-0.3"),
            (-0.04, 1, "0.0"),
            (12.3456, 3, "12.346"), (1e12, 2, "1000000000000.00"), (1e15, 0, nil), (1e14, 2, nil),
            (-1e300, 0, nil),
            (.infinity, 1, nil), (.nan, 1, nil),
        ] as [(Double, Int, String?)]
    ) func fixesDecimals(value: Double, decimals: Int, text: String?) {
        #expect(value.fixed(decimals) == text)
    }

    @Test func writesTheMinusItIsGiven() {
        #expect((-1.5).fixed(1, minus: "\u{2212}") == "\u{2212}1.5")
        #expect((-0.01).fixed(1, minus: "\u{2212}") == "0.0")
    }

    @Test(arguments: [
        ("", ""), ("plain", "plain"), ("a b\tc", "a b\tc"), ("a,b", "\"a,b\""),
        ("say \"a\"", "\"say \"\"a\"\"\""),
        ("two\nlines", "\"two\nlines\""), ("a\r", "\"a\r\""), ("ä", "ä"),
    ]) func quotesOnlyWhereItMust(text: String, field: String) {
        #expect(text.asCSVField == field)
    }

    @Test(arguments: [
        ("house-1", "house-1"), ("", ""), ("-5", "-5"), ("+3.25", "+3.25"), ("'quoted'", "'quoted'"),
        ("=1+1", "'=1+1"), ("+1-2", "'+1-2"), ("-x", "'-x"), ("@SUM(A1)", "'@SUM(A1)"), ("-", "'-"),
        ("\t=1", "'\t=1"), ("\r=1", "\"'\r=1\""), ("=LINK(\"a\",1)", "\"'=LINK(\"\"a\"\",1)\""),
        ("'=1", "''=1"), ("''=1", "'''=1"), ("'-5", "''-5"), ("-5.", "'-5."), ("-1.2.3", "'-1.2.3"),
    ]) func noSpreadsheetRunsText(text: String, field: String) {
        #expect(text.asCSVText == field)
        let isQuoted = field.hasPrefix("\"")
        let read = isQuoted ? String(field.dropFirst().dropLast()).replacing("\"\"", with: "\"") : field
        #expect(read.fromCSVText == text)
    }

    @Test func padsNumbers() {
        func padded(_ number: Int64, _ width: Int) -> String {
            var bytes: [UInt8] = []
            bytes.append(padded: number, width: width)
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(padded(7, 1) == "7" && padded(7, 3) == "007" && padded(1234, 2) == "1234")
        #expect(
            padded(-7, 2) == "-07" && padded(.min, 1) == "\(Int64.min)" && padded(.max, 1) == "\(Int64.max)"
        )
    }
}
