package import Detection
internal import Encoder
package import Readings
package import Verdicts
internal import Windows

extension History {
    /// A label with the second look's embedding of its window.
    ///
    /// - Parameter pending: the meter's readings that are not in the journal yet, in order.
    /// - Returns: nil if the second look does not judge the reading, or not yet.
    package func secondEntry(
        for label: LabelEntry,
        pending: [Reading] = []
    ) throws(CatalogError) -> LabelOverlay.Entry? {
        guard let second = generation.secondLook else { return nil }
        let time = label.time
        var stream = try stream(of: label.meter, before: time, pending: pending)
        let cadence = stream.profile?.cadence ?? generation.defaultCadence
        let soon = time.milliseconds + Int64(second.layout.horizonSlots(cadence) + 2) * cadence.interval
        // Readings long after are only read where a gap follows.
        for (from, before) in [(time.milliseconds, soon), (soon, nil)] {
            for reading in try readings(of: label.meter, from: from, before: before, pending: pending) {
                let next = Timestamp(milliseconds: reading.time)
                guard stream.newestTime.map({ $0 < next }) ?? true else { continue }
                let matured = stream.append(reading.values, at: next)
                guard matured.times.contains(where: { $0 >= time }) else { continue }
                return matured.window(of: time).map { window in
                    LabelOverlay.Entry(
                        label,
                        window,
                        meterNumber: generation.meterNumbers[label.meter],
                        by: second
                    )
                }
            }
        }
        return nil
    }

    /// A label with the embedding of its window.
    ///
    /// - Returns: nil if the reading is not held, or its history was too short to be judged.
    package func entry(for label: LabelEntry) throws(CatalogError) -> LabelOverlay.Entry? {
        let time = label.time
        guard let reading = try reading(of: label.meter, at: time) else { return nil }
        var stream = try stream(of: label.meter, before: time)
        stream.append(reading.values, at: time)
        guard stream.readiness == .ready else { return nil }
        return LabelOverlay.Entry(
            meter: label.meter,
            meterNumber: generation.meterNumbers[label.meter],
            time: label.time.milliseconds,
            label: label.label,
            embedding: generation.encoder.encode(
                stream.features(),
                width: generation.layout.inputCount
            )
        )
    }
}

extension LabelOverlay.Entry {
    /// A label with the second look's embedding of its window.
    fileprivate init(_ label: LabelEntry, _ window: MaturedWindow, meterNumber: Int?, by secondLook: Detector)
    {
        self.init(
            meter: label.meter,
            meterNumber: meterNumber,
            time: label.time.milliseconds,
            label: label.label,
            embedding: secondLook.encoder.encode(window.features)
        )
    }
}
