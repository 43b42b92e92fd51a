// The properties of CounterReading-2.0 and SinglePhaseCounterReading-2.0 (ENEA, Smart City Platform
// Specification, UrbanDataset 2.0), and those that others add.

internal import Readings
internal import Text

/// Numbers the properties of documents. Names that differ in letters and marks alone are one property.
struct PropertyNames: Sendable {
    /// The properties of the standard alone.
    static let standard = PropertyNames()

    /// More different names are refused: they are no properties.
    static let most = 4_096

    /// The properties that name and place a meter. They are texts, whatever they hold.
    static let texts = [
        "PODID", "ElectricPanelID", "TownCode", "format", "latitude", "longitude", "height", "producer",
    ]
    static let times = ["start_ts", "end_ts", "timestamp"]

    /// The measured properties in the standard's order.
    static let channels =
        ["TotalActivePower", "TotalApparentPower", "TotalReactivePower"]
        + (1...3).map { "Line\($0)Current" }
        + (1...3).flatMap { phase in
            ["ActivePower", "ApparentPower", "PowerFactor", "ReactivePower", "Voltage"].map {
                "Phase\(phase)\($0)"
            }
        }
        + [
            "TotalActiveEnergy", "TotalReactiveEnergy", "ActiveEnergy", "ReactiveEnergy", "ActivePower",
            "ApparentPower", "LineCurrent", "PhaseVoltage", "PowerFactor", "ReactivePower",
        ]

    /// The names by number: first those of the standard, in this order.
    private(set) var names: [String] = []
    private var numbers: [String: Int] = [:]
    /// Names as they were written, and the property of each.
    private var written = NameTable()
    private var properties: [Int] = []

    init() {
        for name in Self.texts + Self.times + Self.channels { _ = add(name) }
    }

    /// The number of a property by its name; nil for what cannot be a name, and for too many.
    mutating func number(of name: Span<UInt8>) -> Int? {
        if let number = written.number(of: name) { return properties[number] }
        guard written.count < Self.most, !name.isEmpty, let text = HistoryBuilder.text(of: name),
            let number = add(text)
        else { return nil }
        written.add(name)
        properties.append(number)
        return number
    }

    /// The number of a property as a person names it; nil if no document has it.
    func number(named name: String) -> Int? { numbers[ColumnNames.plain(name)] }

    private mutating func add(_ name: String) -> Int? {
        let plain = ColumnNames.plain(name)
        guard !plain.isEmpty else { return nil }
        if let number = numbers[plain] { return number }
        numbers[plain] = names.count
        names.append(name)
        return names.count - 1
    }

    // The numbers of the properties that have a meaning of their own.
    static let pod = 0
    static let panel = 1
    static let format = 3
    static let latitude = 4
    static let longitude = 5
    static let height = 6
    static let producer = 7
    static let start = 8
    static let end = 9
    static let timestamp = 10
    static let firstChannel = 11
    static let standardCount = firstChannel + channels.count
}

extension Unit {
    /// A unit as documents of the standard name it, such as `kilowattHour`; nil for `dimensionless` and for
    /// one that is not known.
    init?(urbanDataset name: String) {
        let lower = name.lowercased()
        for (prefix, letter) in [("kilo", "k"), ("mega", "M"), ("giga", "G"), ("milli", "m"), ("", "")]
        where lower.hasPrefix(prefix) {
            guard let symbol = Self.urbanDataset[String(lower.dropFirst(prefix.count))] else { continue }
            self.init(letter + symbol)
            return
        }
        self.init(name)
    }

    /// The standard says `kilovoltamperereactivePerHour` and means kvarh.
    private static let urbanDataset = [
        "watt": "W", "watthour": "Wh", "voltampere": "VA", "voltamperehour": "VAh",
        "voltamperereactive": "var",
        "voltamperereactiveperhour": "varh", "voltamperereactivehour": "varh", "volt": "V", "ampere": "A",
        "hertz": "Hz", "degreecelsius": "°C", "percent": "%", "joule": "J",
    ]
}

extension PropertyNames {
    /// The properties that are times.
    static let areTimes = start...timestamp
}
