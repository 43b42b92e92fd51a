internal import Engine
internal import Logging
public import Readings
internal import Verdicts

extension Gateway {
    /// Writes the readings that still wait, each index's on a thread of its own. To be called after the
    /// servers and the maintenance have ended.
    ///
    /// - Parameter limit: how long to try where the disk is full or the journal locked. A write under way is
    ///   always waited for.
    /// - Throws: ``UnwrittenReadings`` if some are left.
    public func writeRemaining(within limit: Duration) async throws(UnwrittenReadings) {
        let deadline = ContinuousClock.now + limit
        let left = await withTaskGroup(of: UnwrittenReadings.Index?.self) { group in
            for index in indexes {
                group.addTask { await self.writeRemaining(of: index, until: deadline) }
            }
            return await group.reduce(into: []) { left, index in index.map { left.append($0) } }
        }
        if !left.isEmpty { throw UnwrittenReadings(indexes: left.sorted { $0.name < $1.name }) }
    }

    /// What is left of an index's readings; nil if all are written.
    private func writeRemaining(
        of index: ServedIndex,
        until deadline: ContinuousClock.Instant
    ) async -> UnwrittenReadings.Index? {
        var isLogged = false
        while true {
            let lag = index.live.journalLag
            let count = index.live.counters.pendingReadings
            guard count > 0 else { return nil }
            let left = deadline - .now
            guard let reason = await index.disk.flush(index.live, patience: min(left, .seconds(1))) else {
                return nil
            }
            guard left > .zero else {
                let since = now().milliseconds - Int64(lag / .milliseconds(1))
                return UnwrittenReadings.Index(
                    name: index.name,
                    count: index.live.counters.pendingReadings,
                    since: Timestamp(milliseconds: since),
                    wereAcknowledged: index.live.durability != .always,
                    reason: reason
                )
            }
            if !isLogged {
                let seconds = Int(left / .seconds(1)) + 1
                let what = "\(count) readings of \(index.name) are not on the disk"
                logger.error("\(what); trying for \(seconds) seconds: \(reason)")
                isLogged = true
            }
            try? await Task.sleep(for: .milliseconds(250))
        }
    }
}

/// Readings that an orderly end could not write.
public struct UnwrittenReadings: Error, Equatable, CustomStringConvertible {
    /// Those of an index.
    public struct Index: Equatable, Sendable, CustomStringConvertible {
        /// The index's name.
        public let name: String
        /// How many.
        public let count: Int
        /// When the first of them was taken in.
        public let since: Timestamp
        /// Whether their pushes were answered `OK`.
        public let wereAcknowledged: Bool
        /// Why they could not be written.
        public let reason: String

        /// A sentence.
        public var description: String {
            "\(count) readings of \(name), taken in since \(since), could not be written and are lost; "
                + (wereAcknowledged
                    ? "their pushes were answered OK, so push them again" : "none of them was acknowledged")
                + ": \(reason)"
        }
    }

    /// The indexes that have some, by name.
    public let indexes: [Index]

    /// A sentence for each index, each on a line of its own.
    public var description: String { indexes.map(\.description).joined(separator: "\n") }
}
