// What the columns of a file of labels are: by their names, and by what they hold. The meters are known when
// it is asked, so the column that names them is found by them.

internal import Readings
internal import Text

/// The columns of a file of labels.
struct PeriodColumns {
    /// When a period begins.
    let start: TimeColumns
    /// When it ends; nil if no column says so. Its day is that of the start where it is a time of day alone.
    let end: TimeColumns?
    /// Whether ``end`` was found by its times alone.
    let isEndGuessed: Bool
    /// Whether the start's cells are spans of time, such as `10:00 - 12:00`, in some rows.
    let hasSpans: Bool
    /// How long it is; nil if no column says so.
    let length: Int?
    /// Says of a row whether something begins or is over; nil if rows are periods.
    let mark: Int?
    /// Other columns of times.
    let otherTimes: [Int]
    /// Names the meter; nil if the periods are those of all meters.
    let meter: Int?
    /// Says whether something was wrong.
    let label: Int?
    /// Says what was wrong.
    let kind: Int?

    /// Finds the columns.
    ///
    /// - Parameter meters: the names of the meters that have readings.
    init(_ form: SurveyedForm, meters: MeterNames) {
        let sample = form.sample
        let names = form.shape.names.indices.map { column in
            column < form.shape.writtenNames.count ? form.shape.writtenNames[column] : ""
        }
        var free = sample.indices.filter { !form.times.all.contains($0) && form.filled[$0] > 0 }
        func take(_ column: Int?) -> Int? {
            if let column { free.removeAll { $0 == column } }
            return column
        }
        // Where some of the times are words, such as `about noon`, they are not midnight.
        let called =
            form.times.clock != nil || sample.hasClock(form.times.day)
            ? nil : free.first { ColumnNames.isClock(names[$0]) && sample.hasClocks($0) }
        start = TimeColumns(day: form.times.day, clock: form.times.clock ?? take(called))
        let isWithoutHeader = form.shape.headerLine == nil
        let ends = free.filter { Self.isEnd(names[$0]) || isWithoutHeader }
        let named = ends.first { sample.isDates($0) || (sample.isStamps($0) && !isWithoutHeader) }
        let isCalled = named != nil || ends.contains { sample.isClock($0) }
        let later = isCalled ? nil : sample.onlyLater(form.times, among: free) { !Self.isRecord(names[$0]) }
        isEndGuessed = later != nil
        let day = take(named ?? later)
        let needsClock = day.map { !sample.hasClock($0) } ?? true
        let clock = needsClock ? take(ends.first { sample.isClock($0) }) : nil
        end =
            day.map { TimeColumns(day: $0, clock: clock) }
            ?? clock.map { TimeColumns(day: form.times.day, clock: $0) }
        length = end == nil ? take(free.first { PeriodLength.isName(names[$0]) }) : nil
        hasSpans = end == nil && length == nil && sample.hasSpans(start.clock ?? start.day)
        mark =
            end == nil && length == nil
            ? take(free.first { PeriodMark.areAll(form.columns[$0].values) }) : nil
        otherTimes = free.filter { sample.isDates($0) }
        free.removeAll { sample.isDates($0) || sample.isClock($0) }
        meter = take(Self.meter(form, names, free, meters))
        label = take(free.first { ColumnNames.label.contains(ColumnNames.plain(names[$0])) })
        kind = take(
            free.first { !ColumnNames.words(names[$0]).isDisjoint(with: Self.kindWords) }
                ?? free.first { sample.isText($0) }
        )
    }

    private static func isEnd(_ name: String) -> Bool {
        ColumnNames.isEnd(name) || ColumnNames.plain(name).hasPrefix("end")
            || !ColumnNames.words(name).isDisjoint(with: endWords)
    }

    private static let endWords: Set<String> = [
        "finish", "finished", "clear", "cleared", "resolved", "close", "closed", "restored", "restoration",
        "recovered",
        "recovery", "repaired", "fixed", "off", "stopped", "completed", "geht", "gegangen", "behoben",
        "beendet",
        "erledigt", "termine", "terminé", "resuelto", "risolto", "opgelost", "hersteld",
    ]

    /// Whether a column says when something was written down or seen, which ends nothing.
    private static func isRecord(_ name: String) -> Bool {
        !ColumnNames.words(name).isDisjoint(with: [
            "ack", "acknowledged", "reported", "report", "created", "updated", "modified", "entered",
            "received", "logged",
            "exported", "seen", "notified", "assigned", "quittiert", "gemeldet", "erfasst", "erstellt",
        ])
    }

    /// What names a place names the meter there, also if no meter is called so.
    private static let places: Set<String> = [
        "ort", "standort", "halle", "gebäude", "raum", "place", "location", "where", "wo", "luogo", "lieu",
        "lugar",
        "plaats", "sede", "edificio", "bâtiment",
    ]

    private static let kindWords: Set<String> = [
        "was", "quoi", "cosa", "qué", "wat", "alarm", "meldung", "beschreibung", "vorfall",
        "kind", "type", "class", "label", "event", "what", "happened", "reason", "cause", "fault", "anomaly",
        "description", "note", "notes", "comment", "remark", "störung", "stoerung", "ereignis", "grund",
        "ursache", "bemerkung", "fehler", "art", "evento", "guasto", "causa", "descrizione", "descripción",
        "tipo", "défaut", "motif", "évènement", "événement", "storing", "oorzaak", "opmerking",
    ]

    /// The column that names meters: one called so, or one whose cells are mostly names of meters.
    private static func meter(
        _ form: SurveyedForm,
        _ names: [String],
        _ free: [Int],
        _ meters: MeterNames
    ) -> Int? {
        let hits = free.map { column in
            let values = form.columns[column].values.commonest
            let known = values.reduce(0) { meters[$1.word] != nil ? $0 + $1.count : $0 }
            return (column: column, known: known, all: form.columns[column].count)
        }
        let called = ColumnNames.meter.compactMap { name in
            free.first { ColumnNames.plain(names[$0]) == name }
        }
        if let column = called.first(where: { column in hits.contains { $0.column == column && $0.known > 0 }
        }) {
            return column
        }
        let best = hits.filter { $0.known * 2 >= $0.all && $0.known > 0 }
            .max { ($0.known, $1.column) < ($1.known, $0.column) }
        // A column of the numbers of the rows names no meter.
        return best?.column
            ?? called.first {
                !(form.sample.isWhole($0) && ["id", "no"].contains(ColumnNames.plain(names[$0])))
            }
            ?? free.first { form.sample.isText($0) && places.contains(ColumnNames.plain(names[$0])) }
    }
}

extension PeriodColumns {
    /// How the columns were understood, for people.
    func description(_ names: [Name]) -> String {
        func text(_ column: Int?, or none: String) -> String { column.map { names[$0].text } ?? none }
        func text(_ times: TimeColumns) -> String {
            times.all.map { names[$0].text }.joined(separator: " and ")
        }
        let ending =
            end.map { "end=\(text($0))" + (isEndGuessed ? " (guessed: its times are later)" : "") }
            ?? (hasSpans ? "end=that of the span in \(text(start.clock ?? start.day, or: ""))" : nil)
            ?? mark.map { "begins and ends by=\(names[$0])" } ?? length.map { "length=\(names[$0])" }
            ?? "end=none (moments)"
        let label = label.map { " label=\(names[$0])" } ?? ""
        return "meter=\(text(meter, or: "all meters")) start=\(text(start)) \(ending)\(label) "
            + "kind=\(text(kind, or: "none"))"
    }
}
