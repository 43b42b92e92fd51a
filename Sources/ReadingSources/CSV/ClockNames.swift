// What people call the hours and intervals of a day, and the columns that hold them.

internal import Text

extension ColumnNames {
    /// Columns of hours and of the numbers of intervals of a day, beside one of dates.
    static let hour: Set<String> = hourEnding.union(hourStarting).union([
        "hour", "hr", "he", "hourending", "hourend", "hourofday", "hournumber", "hourno", "orahour", "oprhr",
        "stunde", "ora", "heure", "hora", "uur", "hodina", "godzina", "godz", "tunti", "timme", "tund",
        "saat",
    ])
    static let interval: Set<String> = [
        "settlementperiod", "period", "sp", "halfhour", "hh", "interval", "intervalno", "periodnumber",
        "quarter", "quarterhour", "viertelstunde", "settlementinterval", "timeslot", "slot", "periodo",
        "intervalnumber", "tradingperiod", "periode", "intervall", "zeitintervall", "tramo", "tranche",
        "fascia",
        "quart", "kwartier", "kvart", "quartodora", "block", "mtu", "ptu", "isp",
    ]

    /// What stands before the number of an hour or interval.
    static let intervalPrefixes: Set<String> = [
        "", "h", "hr", "hour", "hours", "he", "hourending", "p", "period", "hh", "interval", "int", "q", "qh",
        "quarter", "time", "sp", "slot", "timeslot", "ora", "ore", "heure", "stunde", "std", "uhr", "hora",
        "uur", "hodina", "godzina", "godz", "timme", "tunti", "settlementperiod", "halfhour", "cuarto",
        "viertelstunde", "periodo",
    ]

    /// What else stands before it in the names of columns, one for each interval of a day.
    static let valuePrefixes: Set<String> = [
        "v", "val", "value", "values", "i", "kwh", "kw", "mwh", "mw", "wh", "t", "ts", "e", "consumption",
        "usage", "reading", "kwhhh", "hourly", "wert", "messwert", "valeur", "valore", "lectura", "consumo",
        "energy", "energia", "load", "power", "import", "export",
    ]

    /// What stands before the number of a mark that is no value: `F1`, `Quality 1`.
    static let markPrefixes: Set<String> = [
        "f", "flag", "flags", "quality", "qual", "status", "code", "type", "method", "est", "reason",
    ]

    /// Whether a column has the name of a meter, so that its numbers are no hours.
    static func isMeter(_ name: String) -> Bool {
        meter.contains(plain(name)) || name.lowercased().hasSuffix("id")
            || !words(name).isDisjoint(with: meterWords)
    }

    private static let meterWords: Set<String> = [
        "meter", "meters", "building", "house", "household", "haus", "home", "site", "station", "substation",
        "transformer", "trafo", "feeder", "rack", "pdu", "zone", "customer", "client", "unit", "phase",
        "channel", "node", "bus", "apartment", "flat", "room", "floor", "line", "circuit", "panel", "sensor",
        "device", "inverter", "string", "plant", "machine", "register", "tariff", "zähler", "compteur",
        "contador", "contatore", "kunde", "anlage", "wohnung", "edificio", "teller",
    ]

    /// Whether a column has a name that only times of day have, so that it names no meter.
    static func isClock(_ name: String) -> Bool {
        clocks.contains(plain(name))
    }

    private static let clocks: Set<String> = [
        "time", "clock", "timeofday", "hour", "hours", "starttime", "uhrzeit", "zeit", "stunde", "hora",
        "ora",
        "heure",
    ]

    /// Names of hours that are counted from 1: the first ends at 1:00.
    static let hourEnding: Set<String> = [
        "he", "hourending", "hourend", "endhour", "endinghour", "hournumber", "hourno", "tradinghour",
        "deliveryhour", "oprhr", "oprhour", "orahour",
    ]
    /// Names of hours by the clock: 7 is 7:00.
    static let hourStarting: Set<String> = [
        "hb", "hourbeginning", "hourbegin", "hourstart", "starthour", "startinghour", "hourstarting",
    ]
    /// Columns of half hours, numbered from 1.
    static let halfHour: Set<String> = [
        "halfhour", "settlementperiod", "sp", "settlementinterval", "halfhourno", "halfhournumber",
    ]

    /// Whether a column has the name of a part of an hour.
    static func isPartOfHour(_ name: String) -> Bool {
        let plain = plain(name)
        return partsOfHour.contains { plain.contains($0) }
    }

    private static let partsOfHour = [
        "quart", "cuart", "viert", "kwart", "kvart", "interv", "minut", "half", "halb", "media", "period",
        "slot", "qh",
    ]
}
