// The names that columns of meters, times and labels have in real files. Case, blanks and punctuation are
// ignored: `Device Time-Stamp` is `devicetimestamp`. A name earlier in a list is preferred.

/// What columns are called.
enum ColumnNames {
    static let time = [
        "timestamp", "datetime", "devicetimestamp", "startts", "starttime", "time", "ts", "date",
        "datetimeutc",
        "utc", "timestamputc", "utctimestamp", "timeutc", "readingtime", "readtime", "measuredat",
        "localtime",
        "period", "zeit", "zeitstempel", "datum", "dataora", "fecha", "horodate", "lastchanged",
        "lastupdated",
        "datumundzeit", "datumuhrzeit", "datumundzeituhrzeit", "datumunduhrzeit", "datumvon", "start",
        "startdate",
        "starttimestamp", "from", "begin", "von", "dateheure", "fechahora", "fechayhora", "tijd", "tijdstip",
    ]
    /// Ends of longer names, tried if no whole name fits.
    static let timeEndings = ["timestamp", "datetime", "time", "date", "ts"]

    /// Words in the names of columns that hold the end of an interval, and of those that hold its start.
    static let endWords: Set<String> = [
        "end", "to", "until", "stop", "bis", "ende", "fine", "fin", "hasta", "tot", "au",
    ]
    static let startWords: Set<String> = [
        "start", "from", "begin", "beginning", "von", "anfang", "beginn", "inizio", "debut", "desde", "van",
        "du",
    ]

    /// Columns that may name the quantity of a row.
    static let quantity: Set<String> = [
        "channel", "channelname", "quantity", "parameter", "param", "measurement", "measurementtype",
        "measure",
        "metric", "variable", "variablename", "readtype", "readingtype", "register", "registername",
        "registerid",
        "obis", "obiscode", "signal", "signalname", "tag", "tagname", "unit", "units", "uom", "field",
        "fieldname",
        "datatype", "valuetype", "attribute", "property", "item", "kind", "type", "phase", "direction",
        "messgrosse", "messgroesse", "grosse", "kanal", "grandezza", "grandeur", "magnitud", "label",
    ]

    /// Words in the names of quantities.
    static let quantityWords: Set<String> = [
        "import", "export", "active", "reactive", "apparent", "power", "voltage", "volt", "volts", "current",
        "amps",
        "energy", "consumption", "generation", "production", "delivered", "received", "demand", "temperature",
        "temp", "humidity", "frequency", "pf", "powerfactor", "thd", "load", "leistung", "wirkleistung",
        "blindleistung", "scheinleistung", "spannung", "strom", "verbrauch", "erzeugung", "einspeisung",
        "bezug",
        "energie", "tensione", "corrente", "potenza", "energia", "puissance", "courant", "potencia",
        "tension",
        "gas", "water", "heat", "electric", "electricity", "pressure", "flow",
    ]

    /// Whether a text is a unit, or a price.
    static func isUnit(_ text: String) -> Bool { Unit(text) != nil || prices.contains(text) }

    private static let prices: Set<String> = [
        "€", "EUR", "£", "$", "p", "ct", "€/kWh", "EUR/MWh", "€/MWh", "ct/kWh",
    ]

    /// Whether a text is a pattern for times, such as `dd.MM.yyyy HH:mm`, as rows of units have it.
    static func isTimePattern(_ text: String) -> Bool {
        let lower = text.lowercased()
        return lower.contains("yy") && lower.contains("mm")
            || ["utc", "gmt", "local", "-", "--"].contains(lower)
    }

    /// Whether a column's name is one of those that times have.
    static func isTime(_ name: String) -> Bool {
        let plain = plain(name)
        return time.contains(plain) || timeEndings.contains { plain.hasSuffix($0) }
    }

    /// The words of a name, in lower case: `Read Date and End Time` has five.
    static func words(_ name: String) -> Set<String> {
        var words: [String] = [""]
        var wasLower = false
        for letter in name {
            guard letter.isLetter || letter.isNumber else {
                words.append("")
                continue
            }
            if letter.isUppercase, wasLower { words.append("") }
            words[words.count - 1] += letter.lowercased()
            wasLower = letter.isLowercase
        }
        return Set(words.filter { !$0.isEmpty })
    }

    /// Whether a name is of an interval's end and not of its start.
    static func isEnd(_ name: String) -> Bool {
        let words = words(name)
        return !words.isDisjoint(with: endWords) && words.isDisjoint(with: startWords)
    }

    /// Whether a name is of an interval's start.
    static func isStart(_ name: String) -> Bool { !words(name).isDisjoint(with: startWords) }

    /// Whether a column is called like one of values of whatever quantity.
    static func isValue(_ name: String) -> Bool { values.contains(plain(name)) }

    private static let values: Set<String> = [
        "value", "values", "val", "readvalue", "reading", "readings", "meterreading", "state", "wert",
        "messwert",
        "valore", "valeur", "valor", "waarde", "consumption", "usage", "data", "number", "numericvalue",
    ]

    /// Whether a text names a quantity or a unit.
    static func isQuantity(_ text: String) -> Bool {
        if isUnit(text)
            || text.wholeMatch(of: /[0-9]-[0-9]+:[0-9.]+(\*[0-9]+)?|[0-9]+\.[0-9]+\.[0-9]+/) != nil
        {
            return true
        }
        if !words(text).isDisjoint(with: quantityWords) { return true }
        guard let open = text.lastIndex(where: { $0 == "(" || $0 == "[" }), let last = text.last,
            last == ")" || last == "]"
        else { return false }
        return isUnit(String(text[text.index(after: open)...].dropLast()))
    }

    /// Whether a word in the place of a time says that a row sums others up.
    static func isTotal(_ text: String) -> Bool {
        !words(text).isDisjoint(with: totalWords)
    }

    private static let totalWords: Set<String> = [
        "total", "totals", "sum", "summe", "gesamt", "gesamtsumme", "totale", "somma", "somme", "suma",
        "totaal",
        "average", "avg", "mean", "mittelwert", "durchschnitt", "media", "moyenne", "promedio", "minimum",
        "maximum",
        "min", "max", "count", "anzahl",
    ]

    /// Columns of times of day, beside one of dates.
    static let clock: Set<String> = Set(time).union([
        "hour", "clock", "timeofday", "uhrzeit", "hora", "ora", "heure",
    ])

    static let meter = [
        "meter", "meterid", "metername", "meterno", "meternumber", "buildingid", "building", "pod", "podid",
        "device", "deviceid", "devicename", "sensor", "sensorid", "run", "runid", "station",
        "stationid", "transformer", "transformerid", "feeder", "feederid", "rack", "pdu", "household",
        "lclid",
        "customer", "customerid", "series", "seriesid", "site", "siteid", "zone", "name", "id", "entityid",
        "entity",
        "mprn", "mpan", "nmi", "esiid", "meternumber", "meterserialnumber", "pointofdelivery", "dataid",
        "cups", "prm",
        "zähler", "zählernummer", "zählpunkt", "zaehler", "zahlpunkt", "contatore", "compteur", "gebäude",
        "gebaeude", "edificio",
        "host", "hostname", "friendlyname",
    ]
    static let label = [
        "label", "labels", "anomaly", "isanomaly", "anomalous", "isanomalous", "outlier", "isoutlier",
        "abnormal",
        "isabnormal", "fault", "isfault", "groundtruth", "anomalylabel", "störung", "stoerung", "anomalie",
        "auffällig", "fehler", "anomalia", "guasto", "défaut", "defaut", "avería", "averia", "storing",
    ]
    static let kind = [
        "kind", "anomalykind", "anomalytype", "faulttype", "faultkind", "labelkind", "type", "class",
    ]

    /// Columns of the names of holidays.
    static let holiday: Set<String> = [
        "name", "holiday", "title", "summary", "description", "feiertag", "bezeichnung", "festivita",
        "festività", "nome", "nom", "jourferie", "festivo", "nombre", "feestdag",
    ]

    /// Columns that name the zone of a row's time.
    static let zone: Set<String> = [
        "timezone", "tz", "tzname", "timezonename", "ianatimezone", "ianazone", "zeitzone", "fusoorario",
        "fuseauhoraire", "husohorario", "zonahoraria", "tijdzone",
    ]

    /// Columns of text that say what was wrong, beside one of labels.
    static let reason = [
        "reason", "cause", "grund", "ursache", "fehlerart", "störungsart", "stoerungsart", "causa",
        "tipoguasto",
        "motif", "oorzaak",
    ]

    /// Columns of numbers that are not measured: channels only if the caller names them.
    static let notMeasured: Set<String> = Set(meter + label + kind + time).union([
        "index", "idx", "row", "rownumber", "rowid", "rownum", "no", "nr", "number", "line", "key",
        "changepoint",
        "lat", "latitude", "lon", "lng", "longitude", "zip", "zipcode", "postcode", "year", "month", "day",
        "hour",
        "minute", "weekday", "dayofweek", "uuid", "guid", "serial", "serialnumber", "enddate", "endts",
        "endtime", "pos", "seq", "seqno", "sequence", "sequenceno", "sequencenumber", "runno", "runnumber",
        "oprhr", "oprhour", "oprinterval", "hourending", "hourofday", "he", "deliveryhour",
        "deliveryinterval", "dispatchinterval", "settlementperiod", "loadtype",
    ]).union(version)

    /// A name in the form in which it is compared.
    static func plain(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.lowercased().unicodeScalars.filter {
                    $0.properties.isAlphabetic || $0.properties.numericType != nil
                }
            )
        )
    }

    /// Whether a column of numbers has the name of an identifier.
    static func isIdentifier(_ name: String) -> Bool {
        let name = name.lowercased()
        return notMeasured.contains(plain(name)) || name.hasSuffix("_id") || name.hasSuffix(" id")
            || name.hasPrefix("unnamed")
    }
}
