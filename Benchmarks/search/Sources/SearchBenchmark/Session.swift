import Foundation
import VectorIndex

/// The rows, the queries, and the index under measurement.
struct Session: ~Copyable {
    private let dimension: Int
    private let rows: [Float]
    private let queries: [Float]
    private var index: VectorIndex
    /// Rows that may be answers; nil for all.
    private var allowed: RowSet?

    init(dimension: Int, rows: [Float], queries: [Float]) throws {
        self.dimension = dimension
        self.rows = rows
        self.queries = queries
        index = try VectorIndex(flatDimension: dimension)
    }

    /// Commands: `flat`, `ivf LISTS`, `write PATH`, `read`, `among SCATTERED RUNS` (shares of the rows),
    /// `instructions`, `search QUERIES BATCH K PROBES` and `answers PATH K PROBES`.
    mutating func obey(_ words: [String]) throws -> String {
        let numbers = words.dropFirst().compactMap(Int.init)
        switch (words.first, numbers.count) {
        case ("flat", 0): return try build { [dimension] _ in try VectorIndex(flatDimension: dimension) }
        case ("ivf", 1):
            return try build { [dimension] rows in
                try VectorIndex(ivfDimension: dimension, lists: numbers[0], trainingRows: rows, seed: 1)
            }
        case ("instructions", 0): return InstructionSet.used.description
        case ("among", _):
            try choose(scattered: Double(words[1]) ?? 1, run: Double(words[2]) ?? 1)
            return "ok"
        case ("read", 0): return "\(readMicroseconds())"
        case ("write", 0):
            try index.write(to: words[1])
            return "ok"
        case ("search", 4):
            return "\(try search(numbers[0], batch: numbers[1], k: numbers[2], probes: numbers[3]))"
        case ("answers", 2):
            try answers(k: numbers[0], probes: numbers[1]).write(to: URL(fileURLWithPath: words[1]))
            return "ok"
        default: throw Failure(reason: "unknown command \(words)")
        }
    }

    /// Seconds of processor time to build the index and fill it.
    private mutating func build(_ create: ([Float]) throws -> VectorIndex) throws -> String {
        let start = Self.processorMicroseconds()
        index = try create(rows)
        try index.add(rows)
        return "\((Self.processorMicroseconds() - start) / 1e6)"
    }

    /// Limits searches to rows chosen at random, and of these to one run of rows.
    private mutating func choose(scattered: Double, run: Double) throws {
        guard scattered < 1 || run < 1 else {
            allowed = nil
            return
        }
        var random = SystemRandomNumberGenerator()
        var chosen = RowSet(count: index.count)
        for row in 0..<Int(Double(index.count) * run)
        where scattered >= 1 || Double.random(in: 0..<1, using: &random) < scattered {
            chosen.insert(row)
        }
        allowed = chosen
    }

    /// Microseconds a query: the median over the batches of one pass over the first queries.
    private func search(_ count: Int, batch: Int, k: Int, probes: Int) throws -> Double {
        var times: [Double] = []
        for first in stride(from: 0, to: count, by: batch) {
            let last = min(first + batch, count)
            let part = Array(queries[first * dimension..<last * dimension])
            let start = Self.processorMicroseconds()
            _ = try index.search(part, k: k, probes: probes, among: allowed)
            times.append((Self.processorMicroseconds() - start) / Double(last - first))
        }
        times.sort()
        return times[times.count / 2]
    }

    /// Row numbers as int64, k a query.
    private func answers(k: Int, probes: Int) throws -> Data {
        let found = try index.search(queries, k: k, probes: probes)
        var numbers: [Int64] = []
        for query in 0..<found.queryCount {
            let rows = found[query: query].map { Int64($0.row) }
            numbers += rows + [Int64](repeating: -1, count: k - rows.count)
        }
        return numbers.withUnsafeBytes { Data($0) }
    }

    /// Microseconds to read all rows once, with nothing done to them but an exclusive or.
    private func readMicroseconds() -> Double {
        let start = Self.processorMicroseconds()
        let mixed = rows.withUnsafeBytes { $0.bindMemory(to: UInt64.self).reduce(0, ^) }
        let elapsed = Self.processorMicroseconds() - start
        return mixed == 1 ? elapsed + 1e-9 : elapsed  // without a use, the sum would be left out
    }

    private static func processorMicroseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}
