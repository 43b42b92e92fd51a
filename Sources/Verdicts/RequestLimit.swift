public import Readings

/// The limits of a request, whatever protocol it comes by. A gateway checks them; a protocol that can say
/// where in a request the mistake is checks them too. `docs/protocol.md` repeats them, and a test compares.
public enum RequestLimit {
    /// Bytes of a meter's or an index's name.
    public static let nameBytes = 256

    /// Bytes of an anomaly's kind.
    public static let kindBytes = Label.kindBytes

    /// Values of one reading.
    public static let values = 1_024

    /// The largest magnitude of a value.
    ///
    /// The squares of a line full of them add up to at most 1e30 x 32,768, below the 3.4e38 of a Float, and a
    /// Double still holds each of them to the eighth.
    public static let magnitude = DecimalNumber.largestMagnitude

    /// Neighbours of one reply; at a typical 100 bytes each, a reply of 25 KiB.
    public static let neighbours = 256

    /// Neighbours of a reply whose request has no `k`.
    public static let defaultNeighbours = QueryOptions.defaultNeighbours

    /// Readings whose judgements one reply has; at 250 bytes each with both looks, a reply of 250 KiB.
    public static let judgements = 1_000

    /// Readings labelled by one request: a week of readings each minute.
    public static let labelled = 10_080

    /// Bytes of each text beside a label.
    public static let noteBytes = 1_024

    /// Labels of one reply to `LABELS`; with short notes a reply of 300 KiB.
    public static let labels = 1_000

    /// Incidents of one reply; at 400 bytes each, a reply of 400 KiB.
    public static let incidents = 1_000

    /// Lists searched for one request; no index is built with more.
    public static let probes = 4_096

    /// Seconds between two readings of a window: a day.
    public static let intervalSeconds = 86_400

    /// Seconds a pushed reading may be ahead of the server's clock. Less than a day allows for a forgotten
    /// time zone.
    public static let futureSeconds = Reading.futureLimit

    /// Bytes of the sentence of an error.
    public static let sentenceBytes = 512
}

extension RequestLimit {
    /// Checks a meter's name and values.
    ///
    /// - Throws: ``RequestError`` with `limit`, `bad_request` or `bad_value`.
    public static func check(_ reading: Reading) throws(RequestError) {
        try check(name: reading.meter, as: "meter")
        try check(values: reading.values)
    }

    /// Checks the name of a meter or an index: 1 to ``nameBytes`` bytes, no control characters.
    ///
    /// - Parameter what: what it names, for the error.
    /// - Throws: ``RequestError`` with `limit` or `bad_request`.
    public static func check(name: Name, as what: String) throws(RequestError) {
        try check(name.text, as: what, limit: nameBytes)
    }

    /// Checks the kind of an anomaly: 1 to ``kindBytes`` bytes, no control characters.
    ///
    /// - Throws: ``RequestError`` with `limit` or `bad_request`.
    public static func check(kind: Name) throws(RequestError) {
        try check(kind.text, as: "kind", limit: kindBytes)
    }

    /// Checks the texts beside a label: 1 to ``noteBytes`` bytes each, no control characters.
    ///
    /// - Throws: ``RequestError`` with `limit` or `bad_request`.
    public static func check(_ note: LabelNote) throws(RequestError) {
        for (name, text) in note.texts {
            if let text { try check(text, as: name, limit: noteBytes) }
        }
    }

    private static func check(_ name: String, as what: String, limit: Int) throws(RequestError) {
        guard !name.isEmpty else { throw RequestError(.badRequest, "the \(what) is empty") }
        guard name.utf8.count <= limit else {
            throw RequestError(.limit, "the \(what) is longer than \(limit) bytes")
        }
        guard name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }) else {
            throw RequestError(.badRequest, "the \(what) holds a control character")
        }
    }

    /// Checks the values of a reading: numbers of at most ``magnitude``, or NaN for a missing one.
    ///
    /// - Throws: ``RequestError`` with `limit` or `bad_value`.
    public static func check(values: [Double]) throws(RequestError) {
        guard values.count <= Self.values else {
            throw RequestError(.limit, "there are more than \(Self.values) values")
        }
        for value in values where abs(value) > magnitude {
            throw RequestError(.badValue, "\(value) is larger than 1e15 in size")
        }
    }

    /// Checks how many neighbours and lists are asked for.
    ///
    /// - Throws: ``RequestError`` with `limit`.
    public static func check(_ options: QueryOptions) throws(RequestError) {
        guard (0...neighbours).contains(options.neighbours) else {
            throw RequestError(.limit, "k must be from 1 to \(neighbours)")
        }
        if let probes = options.probes, !(1...Self.probes).contains(probes) {
            throw RequestError(.limit, "probes must be from 1 to \(Self.probes)")
        }
    }
}
