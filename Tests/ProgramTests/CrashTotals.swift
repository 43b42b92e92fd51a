import Foundation
import TestSupport

/// What all parts of a long run of the crash loop have done together, in the file that
/// `GRIDKIN_EFFORT_TOTALS` names.
struct CrashTotals: Codable {
    private var cycles = 0
    private var seconds = 0.0
    private var counts: [String: Int] = [:]

    private static let path = ProcessInfo.processInfo.environment["GRIDKIN_EFFORT_TOTALS"]

    /// Adds what one index has done to the file. Without a file it only sums up this run.
    mutating func add(cycles more: Int, seconds: Double, _ tally: [String: Int]) throws {
        if let path = Self.path, let bytes = FileManager.default.contents(atPath: path) {
            self = try JSONDecoder().decode(Self.self, from: bytes)
        }
        cycles += more
        self.seconds += seconds
        counts.merge(tally, uniquingKeysWith: +)
        if let path = Self.path {
            try JSONEncoder().encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
        }
    }

    /// Printed after each index, so that an interrupted run counts too.
    var line: String {
        let list = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        return "crash: \(cycles) cycles in \(Int(seconds / 60)) min, \(list), 0 lost"
    }
}
