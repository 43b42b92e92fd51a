internal import Readings
internal import Text

/// How all documents of a build are read; decided once, on all of them.
struct UrbanDecision {
    /// What names the meter of a line.
    enum Meter {
        case name(Name)
        /// The values of properties, joined by slashes.
        case properties([Int])
        /// The POD, and the panel where it has several.
        case pod
        /// The file.
        case file
    }

    /// A property that is a channel.
    struct Channel {
        let name: Name
        let format: NumberFormat
        let unit: Unit?
    }

    private let survey: UrbanSurvey
    private let choice: ColumnChoice
    let meter: Meter
    private(set) var time = PropertyNames.start
    private(set) var stamps = StampFormat()
    private(set) var channels: [Channel] = []
    /// The channel that each property is; nil for the others.
    private(set) var channelOfProperty: [Int?] = []
    private(set) var isAttribute: [Bool] = []
    private(set) var label: Int?
    private(set) var kind: Int?
    private(set) var labelWords = LabelWords()
    private(set) var leftOut: [Columns.LeftOut] = []
    private(set) var notes: [String] = []
    private(set) var warnings: [String] = []
    private let file: String

    init(_ survey: UrbanSurvey, _ choice: ColumnChoice, file: String) throws(ReadingsError) {
        self.survey = survey
        self.choice = choice
        self.file = file
        meter = try Self.meter(survey, choice, file)
        try refuseColumns()
        try decideTime()
        label = try choice.label.map { (name) throws(ReadingsError) in try Self.property(name, survey, file) }
        kind = try choice.kind.map { (name) throws(ReadingsError) in try Self.property(name, survey, file) }
        if let label { readLabels(of: label) }
        try decideChannels()
        isAttribute = survey.evidence.indices.map { isAttribute($0) }
        sayMeter()
        sayZones()
    }

    /// The property that the caller names.
    private static func property(
        _ name: String,
        _ survey: UrbanSurvey,
        _ file: String
    ) throws(ReadingsError) -> Int {
        let known = survey.evidence.indices.filter { survey.evidence[$0].count > 0 }
        if let number = survey.names.number(named: name), known.contains(number) { return number }
        let names = known.map { survey.names.names[$0] }
        let advice =
            nearestName(to: name, among: names).map { "did you mean `\($0)`?" }
            ?? "there are \(names.map { "`\($0)`" }.joined(separator: ", "))"
        throw ReadingsError(
            .columnUnknown,
            file: file,
            column: name,
            "no line has a property `\(name)`; \(advice)"
        )
    }

    private func refuseColumns() throws(ReadingsError) {
        for (name, option) in [(choice.channel, "--channel"), (choice.clock, "--clock")] where name != nil {
            throw ReadingsError(
                .columnUnknown,
                file: file,
                column: name,
                "\(option) names a column, and an UrbanDataset has properties with names of their own; leave it out"
            )
        }
    }

    // MARK: The meter

    private static func meter(
        _ survey: UrbanSurvey,
        _ choice: ColumnChoice,
        _ file: String
    ) throws(ReadingsError) -> Meter {
        if let name = choice.meterName { return .name(Name(name)) }
        var given: [Int] = []
        for name in choice.meter { given.append(try property(name, survey, file)) }
        if !given.isEmpty { return .properties(given) }
        if survey.pods.count > 0 { return .pod }
        if survey.evidence[PropertyNames.panel].present > 0 { return .properties([PropertyNames.panel]) }
        return survey.producers.count > 1 ? .properties([PropertyNames.producer]) : .file
    }

    /// The properties that name the meter, for messages.
    var meterName: String? {
        switch meter {
        case .name, .file: nil
        case .pod: survey.podsOfSeveralPanels.isEmpty ? "PODID" : "PODID/ElectricPanelID"
        case .properties(let properties): properties.map { survey.names.names[$0] }.joined(separator: "/")
        }
    }

    private mutating func sayMeter() {
        switch meter {
        case .pod where !survey.podsOfSeveralPanels.isEmpty:
            notes.append(
                "\(survey.podsOfSeveralPanels.count) PODs have several electric panels, and each of these is a meter, "
                    + "`PODID/ElectricPanelID`"
            )
        case .properties(let properties) where choice.meter.isEmpty:
            let name = survey.names.names[properties[0]]
            warnings.append(
                "no line has a PODID, and the meters are called by their `\(name)`; --meter PROPERTY names another, "
                    + "--meter-name NAME makes all one meter"
            )
        case .file:
            warnings.append(
                "no line has a PODID, and the meters are called like their files; --meter PROPERTY names what tells them, "
                    + "--meter-name NAME makes all files one meter"
            )
        default: break
        }
    }

    // MARK: Times

    private mutating func decideTime() throws(ReadingsError) {
        let candidates = [PropertyNames.start, PropertyNames.timestamp, PropertyNames.end]
        if let name = choice.time {
            time = try Self.property(name, survey, file)
        } else if let found = candidates.first(where: { survey.evidence[$0].present > 0 }) {
            time = found
        } else {
            throw ReadingsError(
                .noTimeColumn,
                file: file,
                "no line has a period with start_ts and end_ts, nor a timestamp; --time PROPERTY names another time"
            )
        }
        let name = survey.names.names[time]
        if time == PropertyNames.end, choice.time == nil {
            warnings.append("no line has a start_ts; the end of each period, end_ts, is its time")
        }
        let evidence = survey.evidence[time]
        if evidence.numbers > 0 {
            throw ReadingsError(
                .noTimeColumn,
                file: file,
                column: name,
                "`\(name)` has numbers without quotes; expected times such as \"2024-01-31T00:15:00\""
            )
        }
        var options = StampOptions()
        options.order = choice.dateOrder
        switch evidence.texts.stampReading(options) {
        case .one(let format): stamps = format
        case .open(_, let example):
            throw ReadingsError(
                .dateOrderOpen,
                file: file,
                column: name,
                "`\(example)` may have the day or the month first, and no date of the files decides it: give --day-first or "
                    + "--month-first"
            )
        case .ambiguousZone(_, let word):
            throw ReadingsError(
                .dateOrderOpen,
                file: file,
                column: name,
                "the zone `\(word)` has several meanings; write the offset, such as +01:00"
            )
        case .no:
            throw ReadingsError(
                .noTimeColumn,
                file: file,
                column: name,
                "`\(name)` holds no times, such as \"2024-01-31T00:15:00\"; --time PROPERTY names the one that does"
            )
        }
    }

    private mutating func sayZones() {
        for (zone, count) in survey.zones.sorted(by: { $0.key < $1.key }) where !zone.isEmpty {
            switch ContextZone(zone) {
            case .none: break
            case .unknown:
                warnings.append(
                    "the timeZone `\(zone)` of \(count) datasets is no zone that is known, and their times are read in "
                        + "--timezone; expected one such as UTC+1 or Europe/Rome"
                )
            case .offset, .clock:
                notes.append(
                    "the times of \(count) datasets without an offset are in their timeZone, \(zone)"
                )
            }
        }
    }

    // MARK: Labels

    private mutating func readLabels(of property: Int) {
        guard survey.evidence[property].numbers == 0 else { return }
        let reading = LabelReading(survey.evidence[property].texts, name: survey.names.names[property])
        labelWords = reading.words
        if let warning = reading.warning { warnings.append(warning) }
    }
}

extension UrbanDecision {
    private var reserved: Set<Int> {
        var reserved = Set([time, label, kind].compactMap(\.self))
        if case .properties(let properties) = meter { reserved.formUnion(properties) }
        return reserved
    }

    /// Decides which properties are channels, and how their numbers are written.
    private mutating func decideChannels() throws(ReadingsError) {
        var chosen: [Int] = []
        channelOfProperty = Array(repeating: nil, count: survey.evidence.count)
        let named = choice.values.isEmpty ? choice.knownChannels.map(\.text) : choice.values
        for name in named { chosen.append(try Self.property(name, survey, file)) }
        if chosen.isEmpty { chosen = foundChannels() }
        guard !chosen.isEmpty else {
            throw ReadingsError(
                .noValueColumn,
                file: file,
                "no property holds numbers, such as TotalActivePower; --value PROPERTY names those that do"
            )
        }
        for property in chosen where channelOfProperty[property] == nil {
            channelOfProperty[property] = channels.count
            // An index keeps the spelling of its channels.
            let known = choice.values.isEmpty ? choice.knownChannels : []
            channels.append(
                try channel(property, called: channels.count < known.count ? known[channels.count] : nil)
            )
        }
    }

    private mutating func foundChannels() -> [Int] {
        var known: [Int] = []
        var others: [Int] = []
        for property in survey.evidence.indices where survey.evidence[property].count > 0 {
            if property < PropertyNames.firstChannel || reserved.contains(property) { continue }
            if let reason = reasonAgainst(property) {
                leftOut.append(Columns.LeftOut(name: Name(survey.names.names[property]), reason: reason))
            } else if property < PropertyNames.standardCount {
                known.append(property)
            } else {
                others.append(property)
            }
        }
        return known + others.sorted { Name(survey.names.names[$0]) < Name(survey.names.names[$1]) }
    }

    /// Why a property is no channel; nil if it is one.
    private func reasonAgainst(_ property: Int) -> String? {
        let evidence = survey.evidence[property]
        if evidence.present == 0 { return "is empty" }
        if evidence.numeric * 2 <= evidence.present { return "is text, and kept as an attribute" }
        guard property >= PropertyNames.standardCount else { return nil }
        if ColumnNames.isIdentifier(survey.names.names[property]) {
            return "has the name of an identifier, and is kept as an attribute"
        }
        let isWhole = evidence.numbers == 0 && evidence.texts.numbers.plain == evidence.texts.present
        return evidence.isDeclaredText && isWhole
            ? "is declared to be a string and holds digits alone; it is kept as an attribute" : nil
    }

    private func isAttribute(_ property: Int) -> Bool {
        let evidence = survey.evidence[property]
        guard channelOfProperty[property] == nil, evidence.present > 0,
            !PropertyNames.areTimes.contains(property),
            property != label, property != kind
        else { return false }
        if property < PropertyNames.firstChannel { return property != PropertyNames.format }
        return property >= PropertyNames.standardCount && !choice.values.isEmpty
            ? evidence.numeric * 2 <= evidence.present : reasonAgainst(property) != nil
    }

    private func channel(_ property: Int, called known: Name?) throws(ReadingsError) -> Channel {
        let evidence = survey.evidence[property]
        let name = survey.names.names[property]
        var options = NumberOptions()
        options.decimal = choice.decimal
        options.missing = MissingWords(adding: choice.missing)
        options.decimalBeside = certainDecimal(besides: property)
        let format: NumberFormat
        switch evidence.texts.numberReading(options) {
        case .one(let found): format = found
        case .no: format = NumberFormat(decimal: choice.decimal ?? .point, missing: options.missing)
        case .open(_, let example):
            throw ReadingsError(
                .decimalOpen,
                file: file,
                column: name,
                "`\(example)` in the property `\(name)` may have a decimal mark or a mark between thousands, and no value "
                    + "decides it: give --decimal point or --decimal comma"
            )
        }
        return Channel(name: known ?? Name(name), format: format, unit: format.unit ?? evidence.unit)
    }

    private func certainDecimal(besides property: Int) -> DecimalMark? {
        let marks = Set(
            survey.evidence.indices.filter { $0 != property && $0 >= PropertyNames.firstChannel }
                .compactMap { survey.evidence[$0].texts.numbers.certainDecimal }
        )
        return marks.count == 1 ? marks.first : nil
    }

    /// What is said of the units and numbers of the channels.
    var remarks: [String] {
        channels.compactMap { channel in
            guard channel.format.decimal == .comma || channel.format.hasThousands else { return nil }
            return "`\(channel.name)` has \(channel.format)"
        }
    }

    /// The columns, for the summary.
    var columns: Columns {
        var columns = Columns(
            meter: meterName.map { Columns.Column(name: Name($0), isGiven: !choice.meter.isEmpty) },
            time: Columns.Column(name: Name(survey.names.names[time]), isGiven: choice.time != nil),
            values: channels.map { Columns.Column(name: $0.name, isGiven: !choice.values.isEmpty) },
            label: label.map { Columns.Column(name: Name(survey.names.names[$0]), isGiven: true) },
            kind: kind.map { Columns.Column(name: Name(survey.names.names[$0]), isGiven: true) },
            isWide: choice.wide
        )
        columns.leftOut = leftOut
        columns.options = options
        return columns
    }

    private var options: [String] {
        var options: [String] = []
        if case .properties(let properties) = meter {
            for property in properties { options += ["--meter", survey.names.names[property]] }
        }
        options += ["--time", survey.names.names[time]]
        for channel in channels { options += ["--value", channel.name.text] }
        return options
    }
}
