// The names that columns of meters, times and labels have in real files. Case, blanks and punctuation are
// ignored: `Device Time-Stamp` is `devicetimestamp`. A name earlier in a list is preferred.

/// What columns are called.
enum ColumnNames {
    static let time = [
        "timestamp", "datetime", "devicetimestamp", "startts", "starttime", "time", "ts", "date",
        "datetimeutc",
        "utc", "timestamputc", "utctimestamp", "timeutc", "readingtime", "readtime", "measuredat",
        "localtime",
        "period", "zeit", "zeitstempel", "datum", "dataora", "fecha", "horodate",
    ]
    /// Ends of longer names, tried if no whole name fits.
    static let timeEndings = ["timestamp", "datetime", "time", "date", "ts"]

    /// Columns of times of day, beside one of dates.
    static let clock: Set<String> = Set(time).union([
        "hour", "clock", "timeofday", "uhrzeit", "hora", "ora", "heure",
    ])

    static let meter = [
        "meter", "meterid", "metername", "meterno", "meternumber", "buildingid", "building", "pod", "podid",
        "device", "deviceid", "devicename", "sensor", "sensorid", "run", "runid", "station",
        "stationid", "transformer", "transformerid", "feeder", "feederid", "rack", "pdu", "household",
        "lclid",
        "customer", "customerid", "series", "seriesid", "site", "siteid", "zone", "name", "id",
    ]
    static let label = [
        "label", "labels", "anomaly", "isanomaly", "anomalous", "isanomalous", "outlier", "isoutlier",
        "abnormal",
        "isabnormal", "fault", "isfault", "groundtruth", "anomalylabel",
    ]
    static let kind = [
        "kind", "anomalykind", "anomalytype", "faulttype", "faultkind", "labelkind", "type", "class",
    ]

    /// Columns of numbers that are not measured: channels only if the caller names them.
    static let notMeasured: Set<String> = Set(meter + label + kind + time).union([
        "index", "idx", "row", "rownumber", "rowid", "rownum", "no", "nr", "number", "line", "key",
        "changepoint",
        "lat", "latitude", "lon", "lng", "longitude", "zip", "zipcode", "postcode", "year", "month", "day",
        "hour",
        "minute", "weekday", "dayofweek", "uuid", "guid", "serial", "serialnumber", "enddate", "endts",
        "endtime",
    ])

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
