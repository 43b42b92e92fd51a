package import Detection
internal import Readings

/// The windows of consecutive meters, meter by meter and in time order, with their labels.
package struct WindowList: Equatable, Sendable {
    /// The meters' numbers in the index.
    package let meters: Range<Int>
    /// The windows.
    package let windows: [KnownWindow]
    /// Whether each window is labelled anomalous.
    package let anomalous: [Bool]
    /// Each meter's rows among the windows, in the order of ``meters``.
    package let rows: [Range<Int>]

    /// How many windows there are.
    package var count: Int { windows.count }

    /// Windows of meters.
    ///
    /// - Parameters:
    ///   - firstMeter: the number of the first meter.
    ///   - counts: how many windows each meter has.
    init(firstMeter: Int, counts: [Int], windows: [KnownWindow], anomalous: [Bool]) {
        precondition(windows.count == anomalous.count, "a label for each window")
        meters = firstMeter..<firstMeter + counts.count
        var start = 0
        rows = counts.map { count in
            defer { start += count }
            return start..<start + count
        }
        precondition(start == windows.count, "each window belongs to a meter")
        self.windows = windows
        self.anomalous = anomalous
    }

    /// The windows of some of the meters.
    func slice(_ meters: Range<Int>) -> WindowList {
        guard meters != self.meters else { return self }
        let rows = rows(of: meters)
        return WindowList(
            firstMeter: meters.lowerBound,
            counts: meters.map { self.rows[$0 - self.meters.lowerBound].count },
            windows: Array(windows[rows]),
            anomalous: Array(anomalous[rows])
        )
    }

    /// The rows of consecutive meters.
    func rows(of meters: Range<Int>) -> Range<Int> {
        let own = rows[
            meters.lowerBound - self.meters.lowerBound..<meters.upperBound - self.meters.lowerBound
        ]
        guard let first = own.first, let last = own.last else { return 0..<0 }
        return first.lowerBound..<last.upperBound
    }

    /// The windows of several lists, one after the other.
    ///
    /// - Precondition: each list begins with the meter after the last one of the list before.
    init(joining lists: [WindowList]) {
        precondition(!lists.isEmpty, "there is a list to begin with")
        self.init(
            firstMeter: lists[0].meters.lowerBound,
            counts: lists.flatMap { $0.rows.map(\.count) },
            windows: lists.flatMap(\.windows),
            anomalous: lists.flatMap(\.anomalous)
        )
    }

    /// How many runs of anomalous windows a stretch of rows holds: incidents.
    ///
    /// - Parameter slack: windows at most this many milliseconds apart belong to one run.
    func anomalousRuns(in rows: Range<Int>, joining slack: Int64) -> Int {
        var runs = 0
        var last: Int?
        for row in rows where anomalous[row] {
            let isNear = last.map { row == $0 + 1 || windows[row].time - windows[$0].time <= slack }
            if isNear != true { runs += 1 }
            last = row
        }
        return runs
    }
}

/// How a list of windows is written: column by column, without what a row is not marked with.
struct WindowColumns: Codable {
    private struct Kind: Codable {
        let kind: Name
        let row: Int
    }

    private let firstMeter: Int
    /// How many windows each meter has.
    private let counts: [Int]
    /// Milliseconds since 1970, UTC.
    private let times: [Int64]
    /// The rows that are labelled anomalous.
    private let anomalous: [Int]
    /// The rows whose label a person gave.
    private let fromPerson: [Int]
    private let kinds: [Kind]

    /// Differences of these times do not overflow.
    private static let possibleTimes = Int64.min / 4...Int64.max / 4

    init(_ list: WindowList) {
        firstMeter = list.meters.lowerBound
        counts = list.rows.map(\.count)
        times = list.windows.map(\.time)
        anomalous = list.anomalous.indices.filter { list.anomalous[$0] }
        fromPerson = list.windows.indices.filter { list.windows[$0].isFromPerson }
        kinds = list.windows.enumerated().compactMap { row, window in
            window.kind.map { Kind(kind: $0, row: row) }
        }
    }

    /// The list.
    ///
    /// - Throws: ``StageContentError`` where the columns do not fit together.
    func list() throws(StageContentError) -> WindowList {
        let rows = times.indices
        guard (0...Int(Int32.max)).contains(firstMeter),
            counts.allSatisfy({ (0...times.count).contains($0) }), counts.reduce(0, +) == times.count,
            times.allSatisfy(Self.possibleTimes.contains), anomalous.allSatisfy(rows.contains),
            fromPerson.allSatisfy(rows.contains), kinds.allSatisfy({ rows.contains($0.row) })
        else { throw StageContentError("its lists of windows do not fit together") }
        let persons = Set(fromPerson)
        let kinds = Dictionary(kinds.map { ($0.row, $0.kind) }) { $1 }
        let meters = counts.enumerated().flatMap { [Int](repeating: firstMeter + $0, count: $1) }
        let isAnomalous = Set(anomalous)
        return WindowList(
            firstMeter: firstMeter,
            counts: counts,
            windows: rows.map { row in
                KnownWindow(
                    meter: meters[row],
                    time: times[row],
                    kind: kinds[row],
                    isFromPerson: persons.contains(row)
                )
            },
            anomalous: rows.map(isAnomalous.contains)
        )
    }
}
