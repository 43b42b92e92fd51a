internal import Text

/// A month or a day of the week by its name, in English, German, French, Italian, Spanish or Dutch, long or
/// short, without the point of an abbreviation.
package struct CalendarWord {
    /// 1…12; nil if the word names no month.
    package let month: Int?
    /// Whether the word names a day of the week. `mar` is a month and a day of the week.
    package let isWeekday: Bool

    /// Looks a word up; nil if it is neither.
    package init?(_ word: Span<UInt8>) {
        guard word.count <= 16 else { return nil }
        let folded = word.folded
        month = Self.months[folded]
        isWeekday = Self.weekdays.contains(folded)
        if month == nil, !isWeekday { return nil }
    }

    private static let months: [String: Int] = {
        let names = [
            "jan january januar janner janv janvier gen gennaio ene enero januari",
            "feb february februar feber fev fevr fevrier febbraio febrero februari",
            "mar march marz mrz mars marzo mrt maart",
            "apr april avr avril aprile abr abril",
            "may mai mag maggio mayo mei",
            "jun june juni juin giu giugno junio",
            "jul july juli juil juill juillet lug luglio julio",
            "aug august aou aout ago agosto augustus",
            "sep sept september septembre set settembre septiembre setiembre",
            "oct october okt oktober octobre ott ottobre octubre",
            "nov november novembre noviembre",
            "dec december dez dezember decembre dic dicembre diciembre",
        ]
        return names.enumerated().reduce(into: [:]) { months, entry in
            for name in entry.element.split(separator: " ") { months[String(name)] = entry.offset + 1 }
        }
    }()

    private static let weekdays = Set(
        """
        mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday \
        mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag \
        lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche \
        gio sab dom lunedi martedi mercoledi giovedi venerdi sabato domenica \
        mie jue vie lunes martes miercoles jueves viernes sabado domingo \
        ma wo vr za zo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
        """.split(separator: " ").map(String.init)
    )
}
