import Foundation
import ReadingSources
import Readings
import Statistics
import Testing

extension NumberReading {
    /// The format, if it is decided.
    var format: NumberFormat? {
        if case .one(let format) = self { format } else { nil }
    }
}

extension NumberFormat {
    func read(_ text: String) -> NumberCell { read(Array(text.utf8).span) }
}

/// How a program writes numbers.
struct NumberStyle: CustomStringConvertible, Sendable {
    let decimal: String
    let thousands: String
    var places = 2
    var suffix = ""

    var description: String { "\(decimal) \(thousands) \(places) \(suffix)" }

    /// The slow and obvious writer.
    func text(_ thousandths: Int64) -> String {
        let digits = String(thousandths.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        var whole = String(padded.dropLast(places))
        var groups: [String] = []
        while whole.count > 3 {
            groups.insert(String(whole.suffix(3)), at: 0)
            whole = String(whole.dropLast(3))
        }
        let grouped =
            thousands.isEmpty ? whole + groups.joined() : ([whole] + groups).joined(separator: thousands)
        let sign = thousandths < 0 ? "-" : ""
        return sign + grouped + (places > 0 ? decimal + padded.suffix(places) : "") + suffix
    }

    /// The value of such a text, correctly rounded by the standard library.
    func value(_ thousandths: Int64) -> Double {
        Double("\(thousandths)e-\(places)") ?? .nan
    }

    static let all: [NumberStyle] = [
        NumberStyle(decimal: ".", thousands: ""), NumberStyle(decimal: ",", thousands: ""),
        NumberStyle(decimal: ".", thousands: ","), NumberStyle(decimal: ",", thousands: "."),
        NumberStyle(decimal: ",", thousands: " "), NumberStyle(decimal: ",", thousands: "\u{a0}"),
        NumberStyle(decimal: ",", thousands: "\u{202f}"), NumberStyle(decimal: ".", thousands: "'"),
        NumberStyle(decimal: ".", thousands: "\u{2019}"),
        NumberStyle(decimal: ",", thousands: ".", places: 0),
        NumberStyle(decimal: ".", thousands: ",", places: 3),
        NumberStyle(decimal: ",", thousands: ".", places: 3),
        NumberStyle(decimal: ",", thousands: ".", places: 1, suffix: " kWh"),
        NumberStyle(decimal: ".", thousands: "", places: 1, suffix: "V"),
        NumberStyle(decimal: ",", thousands: "", places: 2, suffix: "\u{a0}°C"),
        NumberStyle(decimal: ".", thousands: "", places: 0, suffix: " %"),
    ]
}

@Suite struct NumberEvidenceTests {
    @Test(arguments: NumberStyle.all) func readsWhatPeopleWrite(style: NumberStyle) throws {
        var random = SplitMix64(seed: 41)
        let numbers = (0..<300).map { _ in
            Int64.random(in: -3_000_000_000...3_000_000_000, using: &random) >> Int64(random.index(24))
        }
        let cells = numbers.map(style.text)
        let format = try #require(column(cells).numberReading().format, "\(cells[0])")
        for (number, cell) in zip(numbers, cells) {
            #expect(format.read(cell) == .number(style.value(number)), "\(cell)")
        }
    }

    /// By the rules, the strongest first.
    static let decided: [(cells: [String], mark: DecimalMark)] = [
        // One cell that means one thing alone decides for all.
        (["0.155", "1.155", "2.087"], .point), (["1.155", "2.5"], .point), (["1234.567"], .point),
        (["1.155,70", "228,90"], .comma), (["1.155.000", "1.155"], .comma), (["1,155.70"], .point),
        (["1,155,000", "1,155"], .point), (["12,34,567", "1,155"], .point), (["1,5", "1,155"], .comma),
        // A whole number above 999: so no mark separates thousands.
        (["1.155", "1500"], .point), (["1,155", "1500"], .comma),
        // The values cross a thousand.
        (["327", "980", "1.155", "2.087"], .comma), (["327", "980", "1,155", "2,087"], .point),
        // Nothing is open.
        (["1", "2"], .point), (["1 155", "2 087"], .point),
    ]

    @Test(arguments: decided) func findsTheDecimalMark(cells: [String], mark: DecimalMark) {
        #expect(column(cells).numberReading().format?.decimal == mark)
    }

    @Test(arguments: [
        ["1,155", "2,087"], ["1,155", "2.087"], ["20,327", "1,021", "999,100"], ["1", "1,333", "1,667", "2"],
        ["0.5", "0,5"], ["100", "99,875", "98,125"], ["101,333", "102", "101,667"],
    ]) func refusesToGuess(cells: [String]) {
        var options = NumberOptions()
        options.delimiter = UInt8(ascii: "\t")
        guard case .open(let formats, _) = column(cells).numberReading(options) else {
            Issue.record("\(cells) mean two things")
            return
        }
        #expect(Set(formats.map(\.decimal)) == [.point, .comma])
        options.decimal = .comma
        #expect(column(cells).numberReading(options).format?.decimal == .comma)
    }

    @Test func asksTheFile() {
        let comma = column(["1,155", "2,087"])
        let point = column(["1.155", "2.087"])
        var options = NumberOptions()
        options.delimiter = UInt8(ascii: ";")
        #expect(comma.numberReading(options).format?.decimal == .comma)
        #expect(point.numberReading(options).format == nil)
        options.decimalBeside = .comma
        #expect(point.numberReading(options).format?.read("1.155") == .number(1_155))
        options = NumberOptions()
        #expect(point.numberReading(options).format?.read("1.155") == .number(1.155))
        options.decimalBeside = .point
        #expect(comma.numberReading(options).format?.read("1,155") == .number(1_155))
        #expect(column(["0,5", "0,7"]).numbers.certainDecimal == .comma)
        #expect(comma.numbers.certainDecimal == nil)
    }

    @Test func takesNoThousandsFromASmallerUnit() throws {
        let cells = ["919 W", "1.455 kW", "870 W", "1.100 kW"]
        let format = try #require(column(cells).numberReading().format)
        #expect(cells.map { format.read($0) } == [919, 1_455, 870, 1_100].map { .number($0) })
        var options = NumberOptions()
        options.delimiter = UInt8(ascii: ";")
        #expect(column(cells).numberReading(options).format == nil)
        let comma = try #require(column(["919 W", "1,455 kW"]).numberReading(options).format)
        #expect(comma.read("1,455 kW") == .number(1_455))
        #expect(column(["919", "1.455"]).numberReading().format?.read("1.455") == .number(1_455))
    }

    @Test func convertsToOneUnit() throws {
        let cells = ["950 W", "1.2 kW", "980 W", "0 W", "1.1kW", "870 W"]
        let format = try #require(column(cells).numberReading().format)
        #expect(format.unit?.symbol == "W" && format.hasSeveralUnits)
        #expect(cells.map { format.read($0) } == [950, 1_200, 980, 0, 1_100, 870].map { .number($0) })
        // Without a unit it could be either, but for 0.
        #expect(format.read("950") == .notANumber && format.read("0") == .number(0))
        #expect(format.read("5 V") == .notANumber && format.read("5 apples") == .notANumber)
        var options = NumberOptions()
        options.unit = Unit("kW")
        let other = try #require(column(cells).numberReading(options).format)
        #expect(other.read("950 W") == .number(0.95) && other.read("1.2 kW") == .number(1.2))
        #expect(try #require(column(["0.3 kW", "0.4"]).numberReading().format).read("0.4") == .number(0.4))
    }

    @Test(arguments: [
        ("kW", "kW"), ("KW", "kW"), ("kwh", "kWh"), ("[Wh]", "Wh"), ("(MW)", "MW"), ("m3", "m³"),
        ("degC", "°C"),
        ("mW", "mW"), ("mw", nil), ("MW", "MW"), ("k", nil), ("x", nil), ("E", nil), ("", nil),
        ("kvar", "kvar"),
    ]) func knowsUnits(text: String, symbol: String?) {
        #expect(Unit(text)?.symbol == symbol)
    }

    @Test(arguments: [
        ("Load [MWh]", "MWh"), ("Leistung (kW)", "kW"), ("power_kw", "kW"), ("Leistung W", "W"), ("kWh", nil),
        ("Feeder A", "A"), ("Notes", nil), ("", nil),
    ]) func findsUnitsInNames(name: String, symbol: String?) {
        #expect(Unit(endOf: name)?.symbol == symbol)
    }

    @Test(arguments: [
        "abc", "1.2.3", "--1", "1-", "e5", "1e", "0x10", "1_000", "+", "12.5*", "$5", "5 5", "1,15",
        "0,155.5",
        "1234,567.8", "1,2345.6", "=\"0123\"", "1.5.", "1 .5", "12:30", "2024-01-08",
    ]) func refuses(text: String) {
        let format = NumberFormat(hasThousands: true, unit: Unit("kW"))
        #expect(format.read(text) == .notANumber)
    }

    @Test func knowsItsLimits() {
        let format = NumberFormat(hasThousands: true, unit: Unit("W"))
        #expect(format.read("1e400") == .tooLarge && format.read("2,000,000,000,000,000") == .tooLarge)
        #expect(format.read("2e13 kW") == .tooLarge && format.read("-inf") == .infinite)
        #expect(format.read("\u{2212}5") == .number(-5) && format.read("+.95") == .number(0.95))
        #expect(format.read("1e3 W") == .number(1_000) && format.read("5.") == .number(5))
        #expect(NumberFormat().read("1,155") == .notANumber)
        #expect(NumberFormat(decimal: .comma).read("1.155") == .notANumber)
    }
}
