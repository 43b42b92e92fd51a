internal import Detection
public import Readings
internal import Storage

extension FileScorer {
    /// What the index was told of readings that it is to be judged by.
    public struct Overlap: Encodable, Equatable, Sendable {
        /// How many of the readings the generation was built from.
        public let builtFrom: Int
        /// How many of them somebody has labelled since.
        public let labelledSince: Int
    }

    /// The meters that the generation was built from, in the order of their numbers.
    public var knownMeters: [String] { generation.meterNames }

    /// Looks which readings the index has seen: figures on those flatter it.
    ///
    /// - Throws: what SQLite says.
    public func overlap(with histories: [MeterHistory]) throws -> Overlap {
        var builtFrom = 0
        var labelledSince = 0
        for history in histories {
            guard let first = history.times.first, let last = history.times.last else { continue }
            let times = Set(history.times.map(\.milliseconds))
            if let number = generation.meterNumbers[history.meter] {
                let known = try generation.catalog.readings(
                    meter: number,
                    from: first.milliseconds,
                    before: last.milliseconds + 1
                )
                builtFrom += known.count { times.contains($0.time) }
            }
            labelledSince += snapshot.labels.entries.count {
                $0.meter == history.meter && times.contains($0.time)
            }
        }
        return Overlap(builtFrom: builtFrom, labelledSince: labelledSince)
    }
}
