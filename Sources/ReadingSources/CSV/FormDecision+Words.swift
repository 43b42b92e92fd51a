internal import Readings

extension FormDecision {
    /// How the files are described.
    func described(
        _ values: [Layout.Value],
        _ label: Int?,
        _ kind: Int?,
        _ zone: Int?,
        _ leftOut: [Int: String]
    ) -> Columns {
        let given = form.given
        func column(_ index: Int?) -> Columns.Column? {
            index.map { Columns.Column(name: names[$0], isGiven: given.taken.contains($0)) }
        }
        func joined(_ columns: [Int]) -> Columns.Column? {
            guard let first = columns.first else { return nil }
            let name = Name(columns.map { names[$0].text }.joined(separator: "/"))
            return Columns.Column(name: name, isGiven: given.taken.contains(first))
        }
        let hasOrder = !form.columns[form.times.day].stamps.orders(StampOptions()).isEmpty
        return Columns(
            meter: joined(key.meter),
            channel: column(key.channel),
            time: joined(form.times.all) ?? Columns.Column(name: "", isGiven: false),
            values: form.days == nil
                ? values.map { Columns.Column(name: $0.name, isGiven: given.taken.contains($0.column)) }
                : [Columns.Column(name: "value", isGiven: false)],
            label: column(label),
            kind: column(kind),
            zone: zone.map { Columns.Column(name: names[$0], isGiven: choice.zone != nil) },
            isWide: choice.wide,
            dateOrder: hasOrder ? order : nil,
            leftOut: leftOut.sorted { $0.key < $1.key }.map { .init(name: names[$0.key], reason: $0.value) },
            options: options(values, label, kind, zone, hasOrder: hasOrder)
        )
    }

    /// The options that say what was found out.
    private func options(
        _ values: [Layout.Value],
        _ label: Int?,
        _ kind: Int?,
        _ zone: Int?,
        hasOrder: Bool
    ) -> [String] {
        var words: [String] = []
        func add(_ flag: String, _ column: Int?) {
            if let column { words += [flag, names[column].text] }
        }
        for column in key.meter { add("--meter", column) }
        add("--channel", key.channel)
        add("--time", form.times.day)
        add("--clock", form.times.clock)
        words += hourOptions
        if form.days == nil, !choice.wide { for value in values { add("--value", value.column) } }
        add("--label", label)
        add("--kind", kind)
        add("--timezone-column", zone)
        if hasOrder, let order, order != .yearFirst {
            words.append(order == .dayFirst ? "--day-first" : "--month-first")
        }
        let marks = Set(values.map(\.format.decimal))
        if marks == [.comma] { words += ["--decimal", "comma"] }
        if choice.wide { words.append("--wide") }
        if let name = choice.meterName { words += ["--meter-name", name] }
        if let line = choice.headerLine { words += ["--header-line", "\(line)"] }
        for word in choice.missing { words += ["--missing", word] }
        if choice.corrections { words.append("--corrections") }
        return words
    }

    /// What was found out about the cells.
    func notes(
        _ stamps: StampFormat,
        _ values: [Layout.Value],
        _ labels: LabelReading?,
        _ label: Int?
    ) -> [String] {
        var notes: [String] = []
        if let days = form.days { notes.append(days.note) }
        if stamps.needsClock {
            notes.append(
                "`\(names[form.times.day])`: a date without a time of day, where midnight is written, is no time; such rows, "
                    + "as the sums of days, are rejected"
            )
        }
        if stamps.refusesSpans {
            notes.append(
                "`\(names[form.times.day])`: a span of time is no time where most cells are single ones; such rows, as the sums "
                    + "of months, are rejected"
            )
        }
        if let clock = form.times.clock {
            var part = form.times.part.map { ", `\(names[$0.column])` \($0.format)" } ?? ""
            if let second = form.times.second { part += ", `\(names[second.column])` \(second.format)" }
            if let half = form.times.half { part += ", `\(names[half])` AM or PM" }
            let count = ["two", "three", "four", "five"][min(form.times.parts.count, 3)]
            var isGuessed = form.given.clock == nil
            if case .time = stamps.clock { isGuessed = false }
            notes.append(
                "the time is in \(count) columns: `\(names[form.times.day])` holds the day, "
                    + "`\(names[clock])` \(stamps.clock?.description ?? "the time of day")\(part)"
                    + (isGuessed ? "; --clock, --meter and --value say otherwise" : "")
            )
        }
        if form.times.clock == nil, let half = form.times.half {
            notes.append("`\(names[form.times.day])` has hours of twelve, `\(names[half])` says AM or PM")
        }
        if stamps.endsWithMidnight {
            notes.append(
                "`\(names[form.times.clock ?? form.times.day])`: 00:00 comes behind the other rows of its date and never before "
                    + "them, so it is the midnight that ends the date, and is read as 00:00 of the next one"
            )
        }
        if stamps.form != .date { notes.append("`\(names[form.times.day])` holds \(stamps)") }
        if stamps.hasSpans {
            notes.append("`\(names[form.times.day])` holds spans of time; their starts count")
        }
        let formats = Dictionary(grouping: values.filter { !$0.format.description.isEmpty }) {
            $0.format.description
        }
        for (format, columns) in formats.sorted(by: { $0.key < $1.key }) {
            let shown =
                form.days == nil
                ? columns.prefix(6).map { "`\($0.name)`" }.joined(separator: ", ") : "the cells"
            let more = columns.count > 6 && form.days == nil ? ", …" : ""
            notes.append("\(shown)\(more): read " + (format.hasPrefix("in ") ? format : "with \(format)"))
        }
        if let reading = labels, let label {
            let taken = reading.taken.prefix(6).map { "`\($0.word)` \($0.meaning) (\($0.count))" }
            if !taken.isEmpty {
                notes.append("labels in `\(names[label])`: " + taken.joined(separator: ", "))
            }
        }
        return notes
    }
}
