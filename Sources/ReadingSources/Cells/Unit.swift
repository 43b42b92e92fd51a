internal import Text

/// A unit of measurement as people write it beside numbers: `kW`, `Wh`, `°C`.
public struct Unit: Hashable, Sendable {
    /// Its place in ``table``, so that a unit is copied as fast as a number.
    private let number: UInt8

    /// As it is usually written.
    public var symbol: String { Self.table[Int(number)].symbol }
    /// The unit without its prefix; units of one base are converted into each other.
    private var base: Int { Self.table[Int(number)].base }
    /// The power of ten of its prefix: 3 for kW.
    private var power: Int { Self.table[Int(number)].power }

    /// The unit that a text is, such as `kW` or `[kWh]`; nil if it is none that is known.
    ///
    /// Capitals count only where they must: `KWH` is kWh, but `mW` is no MW.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let unit = Unit(parsing: bytes.span) else { return nil }
        self = unit
    }

    /// The unit at the end of a column's name: of `Load [MWh]`, `Leistung (kW)`, `power_kw` and `Leistung W`;
    /// nil if there is none.
    public init?(endOf name: String) {
        let end = name.hasSuffix("]") || name.hasSuffix(")") ? name.dropLast() : name[...]
        let word = end.split(whereSeparator: { " _([/".contains($0) }).last
        guard let word, word.count < name.count, let unit = Unit(String(word)) else { return nil }
        self = unit
    }

    /// The unit that bytes are, blanks and brackets around them or not.
    init?(parsing text: Span<UInt8>) {
        var range = text.trimmed(0..<text.count)
        if range.count > 2, let closing = Self.closing(text[range.lowerBound]),
            text[range.upperBound - 1] == closing
        {
            range = text.trimmed((range.lowerBound + 1)..<(range.upperBound - 1))
        }
        // Meters that speak DLMS write `0.341*kWh`.
        if range.count > 1, text[range.lowerBound] == UInt8(ascii: "*") {
            range = (range.lowerBound + 1)..<range.upperBound
        }
        guard (1...10).contains(range.count) else { return nil }
        let written = text.extracting(range)
        guard let unit = Self.known[written.text] ?? Self.anyCase[written.folded] else { return nil }
        self = unit
    }

    private init(_ number: Int) { self.number = UInt8(number) }

    /// Whether numbers of another unit can be converted to this one.
    public func measures(like other: Unit) -> Bool { base == other.base }

    /// A number of this unit in another one of the same base.
    ///
    /// - Precondition: ``measures(like:)`` holds.
    public func convert(_ number: Double, to other: Unit) -> Double {
        // One operation with an exact power of ten, so that the result is rounded once.
        power >= other.power
            ? number * Self.powersOfTen[power - other.power] : number / Self.powersOfTen[other.power - power]
    }

    private static let powersOfTen: [Double] = (0...15).map { (0..<$0).reduce(1.0) { ten, _ in ten * 10 } }

    private static func closing(_ opening: UInt8) -> UInt8? {
        switch opening {
        case UInt8(ascii: "["): UInt8(ascii: "]")
        case UInt8(ascii: "("): UInt8(ascii: ")")
        default: nil
        }
    }

    /// Every unit; those of one base are converted into each other.
    private static let table: [(symbol: String, base: Int, power: Int)] = {
        let bases = ["W", "Wh", "V", "A", "VA", "VAh", "var", "varh", "Hz", "J"]
        let prefixes = [("", 0), ("m", -3), ("k", 3), ("M", 6), ("G", 9), ("T", 12)]
        let alone = "°C °F K % s min h m³/h lx ppm rpm Ω dB m/s W/m²".split(
            separator: " "
        )
        let volumes = [("ml", -3), ("l", 0), ("m³", 3)]
        let pressures = [("Pa", 0), ("hPa", 2), ("mbar", 2), ("kPa", 3), ("bar", 5), ("MPa", 6)]
        return bases.enumerated().flatMap { base, symbol in
            prefixes.map { (symbol: $0.0 + symbol, base: base, power: $0.1) }
        }
            + alone.enumerated().map {
                (symbol: String($0.element), base: bases.count + 2 + $0.offset, power: 0)
            }
            + volumes.map { (symbol: $0.0, base: bases.count, power: $0.1) }
            + pressures.map { (symbol: $0.0, base: bases.count + 1, power: $0.1) }
    }()

    /// Every unit by its symbol and its other spellings.
    private static let known: [String: Unit] = {
        var known: [String: Unit] = [:]
        for (number, entry) in table.enumerated() { known[entry.symbol] = Unit(number) }
        let spellings = [
            "VAr": "var", "kVAr": "kvar", "kVAR": "kvar", "MVAr": "Mvar", "MVAR": "Mvar", "VArh": "varh",
            "kVArh": "kvarh", "kVARh": "kvarh", "m3": "m³", "m3/h": "m³/h", "C": "°C", "ºC": "°C",
            "degC": "°C",
            "F": "°F", "degF": "°F", "Ohm": "Ω", "ohm": "Ω", "lux": "lx", "sec": "s", "W/m2": "W/m²",
            "Volt": "V",
            "kW·h": "kWh", "MW·h": "MWh", "kW h": "kWh", "MW h": "MWh", "MWH": "MWh",
            "liter": "l", "litre": "l", "liters": "l", "litres": "l",
            "Volts": "V", "Amp": "A", "Amps": "A", "Watt": "W", "Watts": "W",
        ]
        for (spelling, symbol) in spellings { known[spelling] = known[symbol] }
        return known
    }()

    /// Units by their letters in lower case, without those of one letter, such as K, and those that differ
    /// in case alone, such as mW and MW.
    private static let anyCase: [String: Unit] = {
        var units: [String: Set<Unit>] = [:]
        for (spelling, unit) in known where spelling.utf8.count > 1 {
            units[Array(spelling.utf8).span.folded, default: []].insert(unit)
        }
        return units.compactMapValues { $0.count == 1 ? $0.first : nil }
    }()
}
