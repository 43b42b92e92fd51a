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

    private let survey: UrbanSurvey
    private let choice: ColumnChoice
    let meter: Meter
    private(set) var time = PropertyNames.start
    private(set) var stamps = StampFormat()
    private(set) var channels: UrbanChannels
    private(set) var label: Int?
    private(set) var kind: Int?
    private(set) var labelWords = LabelWords()
    private(set) var notes: [String] = []
    private(set) var warnings: [String] = []
    private let file: String

    init(_ survey: UrbanSurvey, _ choice: ColumnChoice, file: String) throws(ReadingsError) {
        self.survey = survey
        self.choice = choice
        self.file = file
        channels = UrbanChannels(survey, choice, file: file)
        meter = try Self.meter(survey, choice, file)
        try refuseColumns()
        try decideTime()
        label = try choice.label.map { (name) throws(ReadingsError) in try survey.property(name, file) }
        kind = try choice.kind.map { (name) throws(ReadingsError) in try survey.property(name, file) }
        if let label { readLabels(of: label) }
        try channels.decide(besides: reserved)
        try refuseUnits()
        try refuseUnclearZone()
        sayMeter()
        sayZones()
    }

    private func refuseColumns() throws(ReadingsError) {
        for (name, option) in [
            (choice.channel, "--channel"), (choice.clock, "--clock"), (choice.zone, "--timezone-column"),
        ] where name != nil {
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
        for name in choice.meter { given.append(try survey.property(name, file)) }
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
                "no line has a PODID, and the meters are called like their files; --meter PROPERTY names what tells "
                    + "them, --meter-name NAME makes all files one meter"
            )
        default: break
        }
    }

    // MARK: Times

    private mutating func decideTime() throws(ReadingsError) {
        let candidates = [PropertyNames.start, PropertyNames.timestamp, PropertyNames.end]
        if let name = choice.time {
            time = try survey.property(name, file)
        } else if let found = candidates.first(where: { survey.evidence[$0].present > 0 }) {
            time = found
        } else {
            throw ReadingsError(
                .noTimeColumn,
                file: file,
                "no line has a period with start_ts and end_ts, nor a timestamp; --time PROPERTY names another time"
            )
        }
        if time == PropertyNames.end, choice.time == nil {
            warnings.append("no line has a start_ts; the end of each period, end_ts, is its time")
        }
        stamps = try stampFormat()
    }

    private func stampFormat() throws(ReadingsError) -> StampFormat {
        let name = survey.names.names[time]
        guard survey.evidence[time].numbers == 0 else {
            throw refused(
                .noTimeColumn,
                name,
                "`\(name)` has numbers without quotes; expected times in quotes"
            )
        }
        var options = StampOptions()
        options.order = choice.dateOrder
        switch survey.evidence[time].texts.stampReading(options) {
        case .one(let format): return format
        case .open(_, let example):
            throw refused(
                .dateOrderOpen,
                name,
                "`\(example)` may have the day or the month first, and no date of the files decides it: give "
                    + "--day-first or --month-first"
            )
        case .ambiguousZone(_, let word):
            throw refused(
                .dateOrderOpen,
                name,
                "the zone `\(word)` has several meanings; write the offset, such as +01:00"
            )
        case .no:
            throw refused(.noTimeColumn, name, "`\(name)` holds no times; --time PROPERTY names what does")
        }
    }

    private func refused(_ code: ReadingsError.Code, _ column: String, _ sentence: String) -> ReadingsError {
        ReadingsError(code, file: file, column: column, sentence)
    }

    private func refuseUnits() throws(ReadingsError) {
        for (evidence, channel) in zip(survey.evidence, channels.channelOfProperty) {
            guard let channel, let unit = evidence.unit, let other = evidence.otherUnit else { continue }
            let name = channels.all[channel].name
            throw refused(
                .columnAmbiguous,
                name.text,
                "`\(name)` comes in \(unit.symbol) and in \(other.symbol), which cannot be converted into each "
                    + "other; name the channels without it by --value"
            )
        }
    }

    /// Refuses times without an offset whose zone is not known, unless the caller names one.
    private func refuseUnclearZone() throws(ReadingsError) {
        guard !choice.hasGivenZone, let unclear = survey.unclearTimes[time] else { return }
        throw ReadingsError(
            .zoneUnknown,
            file: unclear.file,
            line: unclear.line,
            column: "timeZone",
            "the timeZone `\(unclear.zone)` is no zone that is known, and the time has no offset; expected one such as "
                + "UTC+1 or Europe/Rome, or --timezone for the times of such datasets"
        )
    }

    /// The moments of times that are written with an offset.
    var writtenOffsets: [(moment: Timestamp, offset: Int64)] {
        survey.evidence[time].texts.stamps.offsetMoments.moments(stamps)
    }

    private mutating func sayZones() {
        for (zone, count) in survey.zones.sorted(by: { $0.key < $1.key }) where !zone.isEmpty {
            switch ContextZone(zone) {
            case .none: break
            case .unknown:
                let found = "the timeZone `\(zone)` of \(count) datasets is no zone that is known"
                let read = survey.unclearTimes[time] == nil ? "their times have offsets" : "--timezone counts"
                warnings.append("\(found), and is passed over: \(read)")
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
        let reading = LabelReading(
            survey.evidence[property].texts,
            empty: max(0, survey.lines - survey.evidence[property].count),
            name: survey.names.names[property]
        )
        labelWords = reading.words
        if let warning = reading.warning { warnings.append(warning) }
    }
}

extension UrbanDecision {
    /// The properties that have another meaning than a value.
    private var reserved: Set<Int> {
        var reserved = Set([time, label, kind].compactMap(\.self))
        if case .properties(let properties) = meter { reserved.formUnion(properties) }
        return reserved
    }

    /// What is said of the numbers of the channels.
    var remarks: [String] {
        let commas = channels.all.filter { $0.format.decimal == .comma }
        let thousands = channels.all.filter(\.format.hasThousands)
        return [(commas, "a decimal comma"), (thousands, "marks between thousands")].compactMap {
            found,
            what in
            guard let first = found.first else { return nil }
            let more = found.count > 1 ? " and \(found.count - 1) more have" : " has"
            return "`\(first.name)`\(more) \(what)"
        }
    }

    /// The columns, for the summary.
    var columns: Columns {
        var columns = Columns(
            meter: meterName.map { Columns.Column(name: Name($0), isGiven: !choice.meter.isEmpty) },
            time: Columns.Column(name: Name(survey.names.names[time]), isGiven: choice.time != nil),
            values: channels.all.map { Columns.Column(name: $0.name, isGiven: !choice.values.isEmpty) },
            label: label.map { Columns.Column(name: Name(survey.names.names[$0]), isGiven: true) },
            kind: kind.map { Columns.Column(name: Name(survey.names.names[$0]), isGiven: true) },
            isWide: choice.wide
        )
        columns.leftOut = channels.leftOut
        columns.options = options
        return columns
    }

    private var options: [String] {
        var options: [String] = []
        if case .properties(let properties) = meter {
            for property in properties { options += ["--meter", survey.names.names[property]] }
        }
        options += ["--time", survey.names.names[time]]
        for channel in channels.all { options += ["--value", channel.name.text] }
        return options
    }
}
