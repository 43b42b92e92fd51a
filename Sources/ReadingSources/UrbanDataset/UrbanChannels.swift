internal import Readings
internal import Text

/// Which properties are channels and which are attributes; decided on all their values.
struct UrbanChannels {
    /// A property that is a channel.
    struct Channel {
        let name: Name
        let format: NumberFormat
        let unit: Unit?
    }

    private let survey: UrbanSurvey
    private let choice: ColumnChoice
    private let file: String
    private var reserved: Set<Int> = []
    /// The channels, in order.
    private(set) var all: [Channel] = []
    /// The channel that each property is; nil for the others.
    private(set) var channelOfProperty: [Int?] = []
    /// Whether each property is an attribute.
    private(set) var isAttribute: [Bool] = []
    private(set) var leftOut: [Columns.LeftOut] = []

    /// None yet.
    init(_ survey: UrbanSurvey, _ choice: ColumnChoice, file: String) {
        (self.survey, self.choice, self.file) = (survey, choice, file)
    }

    /// Decides which properties are channels, and how their numbers are written.
    ///
    /// - Parameter reserved: the properties that have another meaning.
    mutating func decide(besides reserved: Set<Int>) throws(ReadingsError) {
        self.reserved = reserved
        var chosen: [Int] = []
        channelOfProperty = Array(repeating: nil, count: survey.evidence.count)
        let named = choice.values.isEmpty ? choice.knownChannels.map(\.text) : choice.values
        for name in named { chosen.append(try survey.property(name, file)) }
        if chosen.isEmpty { chosen = try fitting(foundChannels()) }
        guard !chosen.isEmpty else {
            throw ReadingsError(
                .noValueColumn,
                file: file,
                "no property holds numbers, such as TotalActivePower; --value PROPERTY names those that do"
            )
        }
        for property in chosen where channelOfProperty[property] == nil {
            channelOfProperty[property] = all.count
            // An index keeps the spelling of its channels.
            let known = choice.values.isEmpty ? choice.knownChannels : []
            all.append(
                try channel(property, called: all.count < known.count ? known[all.count] : nil)
            )
        }
        isAttribute = survey.evidence.indices.map { isAttribute($0) }
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

    /// The properties that fit the caller's patterns.
    private mutating func fitting(_ found: [Int]) throws(ReadingsError) -> [Int] {
        guard let patterns = choice.patterns, !found.isEmpty else { return found }
        let names = found.map { Name(survey.names.names[$0]) }
        for name in names where !patterns.fits(name.text) {
            leftOut.append(Columns.LeftOut(name: name, reason: ChannelPatterns.leftOut))
        }
        let fitting = found.filter { patterns.fits(survey.names.names[$0]) }
        guard fitting.isEmpty else { return fitting }
        throw patterns.unfit(names, file: file)
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
            !reserved.contains(property) || property < PropertyNames.firstChannel
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
                "`\(example)` in the property `\(name)` may have a decimal mark or a mark between thousands, and no "
                    + "value decides it: give --decimal point or --decimal comma"
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
}
