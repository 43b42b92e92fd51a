// Foundation is asked once for each zone, and its answers are kept as a table: several offsets are needed for
// each of millions of readings, and each would take Foundation a lock and a microsecond.

internal import Foundation
internal import Statistics
internal import Synchronization

/// When the clock of a zone was put forward or back, and will be by today's rules: 1970 to 2200.
///
/// A reference, so that the profiles of ten thousand meters share one table and copies cost next to nothing.
final class ZoneChanges: Sendable {
    /// The zone's name in the tz database.
    let identifier: String
    /// The first moment of each stretch of time with one offset, ascending: milliseconds since 1970. The
    /// first stretch has no beginning.
    let starts: [Int64]
    /// How far the clock is ahead of UTC in each stretch, in milliseconds.
    let offsets: [Int64]
    /// The longest time by which the clock was ever put back, in milliseconds; 0 if it never was.
    let longestStepBack: Int64
    /// The stretch at the beginning of each season of ``seasonBits`` bits, from 1970 on: a binary search took
    /// five times as long.
    private let seasons: [Int]

    /// A season is 2^33 ms long, about 99 days, in which clocks seldom change more than once.
    private static let seasonBits: Int64 = 33

    private static let known = Mutex<[String: ZoneChanges]>([:])
    /// 2201-01-01T00:00:00Z, in seconds.
    private static let end = Date(timeIntervalSince1970: 7_289_654_400)

    private init(_ zone: TimeZone, named identifier: String) {
        self.identifier = identifier
        var at = Date(timeIntervalSince1970: 0)
        var starts = [Int64.min]
        var offsets = [Int64(zone.secondsFromGMT(for: at)) * 1_000]
        while let next = zone.nextDaylightSavingTimeTransition(after: at), next > at, next < Self.end {
            at = next
            let offset = Int64(zone.secondsFromGMT(for: at)) * 1_000
            // Some changes are of the name alone.
            guard offset != offsets.last else { continue }
            starts.append(Int64((at.timeIntervalSince1970 * 1_000).rounded()))
            offsets.append(offset)
        }
        self.starts = starts
        self.offsets = offsets
        longestStepBack = zip(offsets, offsets.dropFirst()).map { $0 - $1 }.reduce(0, max)
        let lastSeason = (starts.last ?? 0) >> Self.seasonBits
        seasons = (0...max(lastSeason, 0)).map { season in
            starts.partitionPoint { $0 > season << Self.seasonBits } - 1
        }
    }

    /// The changes of a zone, the same object each time; nil for an unknown name.
    static func named(_ identifier: String) -> ZoneChanges? {
        known.withLock { known in
            if let zone = known[identifier] { return zone }
            // Foundation also knows `GMT+2`, in which the sign is the opposite of that of `Etc/GMT+2`.
            let isOffset = identifier.hasPrefix("GMT") || identifier.hasPrefix("UTC")
            guard !isOffset, let zone = TimeZone(identifier: identifier) else { return nil }
            let changes = ZoneChanges(zone, named: identifier)
            known[identifier] = changes
            return changes
        }
    }

    /// The index of the stretch that a moment, in milliseconds since 1970, belongs to.
    @inline(__always)
    func stretch(at moment: Int64) -> Int {
        guard moment >= 0 else { return 0 }
        var stretch = seasons[min(Int(moment >> Self.seasonBits), seasons.count - 1)]
        while stretch + 1 < starts.count, starts[stretch + 1] <= moment { stretch += 1 }
        return stretch
    }
}
