package import Readings
package import Windows

/// Walks forward through a meter's history, and has the stream as it stood at each reading.
///
/// A stream that goes on is equal to one that is restored, since no feature is a running sum. So many windows
/// of a meter cost one pass through its readings, and windows far from each other the readings near each.
package struct HistoryWalk {
    private let history: History
    private let meter: Name
    /// The readings that are not in the journal yet.
    private let pending: [Reading]
    /// The stream after the last step; nil before the first.
    package private(set) var stream: MeterStream?
    /// The time of the meter's last reading; nil if it has none.
    private let end: Int64?
    /// Readings fetched and not yet appended, and the time up to which they are fetched.
    private var fetched: ArraySlice<StoredReading> = []
    private var fetchedTo = Int64.min

    /// A walk through the history of a meter.
    package init(_ meter: Name, in history: History, pending: [Reading]) throws(CatalogError) {
        self.history = history
        self.meter = meter
        self.pending = pending
        end = try history.newestTime(of: meter, before: nil, pending: pending)
    }

    /// Goes to where the next reading is the first one at or after a time; never back.
    package mutating func advance(to time: Int64) throws(CatalogError) {
        let isNear = stream.map { stream in
            let newest = stream.newestTime?.milliseconds ?? .min
            // A new meter's stream needs all of its readings.
            return isNew || newest >= time - stream.reach
        }
        guard isNear ?? false else {
            let before = Timestamp(milliseconds: time)
            stream = try history.stream(of: meter, before: before, pending: pending)
            (fetched, fetchedTo) = ([], time)
            return
        }
        while try next(before: time) != nil {}
    }

    private var isNew: Bool {
        history.generation.meterNumbers[meter].flatMap { history.generation.profiles[$0] } == nil
    }

    /// Appends the next reading.
    ///
    /// - Parameter limit: only if it is earlier than this.
    /// - Returns: its time and the readings that it has let mature; nil if there is none.
    package mutating func next(
        before limit: Int64
    ) throws(CatalogError) -> (time: Int64, matured: MaturedWindows)? {
        guard var stream, let end else { return nil }
        self.stream = nil
        defer { self.stream = stream }
        while true {
            while let reading = fetched.first, reading.time < limit {
                fetched.removeFirst()
                guard stream.newestTime.map({ $0.milliseconds < reading.time }) ?? true else { continue }
                let matured = stream.append(reading.values, at: Timestamp(milliseconds: reading.time))
                return (reading.time, matured)
            }
            guard fetched.isEmpty, fetchedTo < limit, fetchedTo <= end else { return nil }
            try fetch(stream.reach)
        }
    }

    /// Fetches the readings of a span of time, or of a longer one where there are none.
    private mutating func fetch(_ span: Int64) throws(CatalogError) {
        guard let end else { return }
        var span = span
        while fetched.isEmpty, fetchedTo <= end {
            let to = fetchedTo > end - span ? end + 1 : fetchedTo + span
            fetched = try history.readings(of: meter, from: fetchedTo, before: to, pending: pending)[...]
            (fetchedTo, span) = (to, span * 2)
        }
    }
}
