internal import Detection
internal import Encoder
package import Readings
internal import Windows

/// What a meter's history says of a window that was labelled.
package enum LabelledWindow: Sendable {
    /// The window's embedding.
    case embedded([Float])
    /// The window has too few readings to be judged. It stays so: readings come in order.
    case unjudged
    /// The reading is not held; or, for the second look, its time has not come.
    case unknown

    /// Whether two are the same to the bit.
    package func isSame(as other: LabelledWindow) -> Bool {
        switch (self, other) {
        case (.embedded(let one), .embedded(let two)): one.map(\.bitPattern) == two.map(\.bitPattern)
        case (.unjudged, .unjudged), (.unknown, .unknown): true
        default: false
        }
    }
}

extension History {
    /// Whether the generation has a second look.
    package var hasSecondLook: Bool { generation.secondLook != nil }

    /// What the data set says of a reading whose label, which a person gave before the generation was built,
    /// is taken back: a label that is in none of the banks. Nil if it says nothing, or the banks have it.
    package func replacedLabel(of meter: Name, at time: Timestamp) -> Label? {
        generation.replacedLabels[meter, time]
    }

    /// Windows of a meter as they were when their last readings came.
    ///
    /// - Parameter times: those of the last readings, ascending, each once.
    /// - Returns: what is known of each window, in the same order.
    package func windows(of meter: Name, at times: [Int64]) throws(CatalogError) -> [LabelledWindow] {
        var walk = try HistoryWalk(meter, in: self, pending: [])
        var windows: [LabelledWindow] = []
        windows.reserveCapacity(times.count)
        for time in times {
            try walk.advance(to: time)
            guard try walk.next(before: time + 1) != nil, let stream = walk.stream else {
                windows.append(.unknown)
                continue
            }
            guard stream.readiness == .ready else {
                windows.append(.unjudged)
                continue
            }
            windows.append(
                .embedded(generation.encoder.encode(stream.features(), width: generation.layout.inputCount))
            )
        }
        return windows
    }

    /// Windows of a meter as the second look sees them.
    ///
    /// - Parameters:
    ///   - times: those of the judged readings, ascending, each once.
    ///   - pending: the readings that are not in the journal yet, in order.
    /// - Returns: what is known of each window, in the same order.
    package func secondWindows(
        of meter: Name,
        at times: [Int64],
        pending: [Reading] = []
    ) throws(CatalogError) -> [LabelledWindow] {
        guard let second = generation.secondLook else { return times.map { _ in .unknown } }
        var walk = try HistoryWalk(meter, in: self, pending: pending)
        var found: [Int64: LabelledWindow] = [:]
        // Those passed and not matured are times[first..<next].
        var (first, next) = (0, 0)
        while first < times.count {
            if first == next { try walk.advance(to: times[first]) }
            guard let step = try walk.next(before: .max) else { break }
            while next < times.count, times[next] <= step.time { next += 1 }
            for time in step.matured.times {
                // One that is passed over was followed by another reading in its slot, or is not held.
                while first < next, times[first] < time.milliseconds {
                    found[times[first]] = .unjudged
                    first += 1
                }
                guard first < next, times[first] == time.milliseconds else { continue }
                found[times[first]] =
                    step.matured.window(of: time).map { .embedded(second.encoder.encode($0.features)) }
                    ?? .unjudged
                first += 1
            }
        }
        return times.map { found[$0] ?? .unknown }
    }
}
