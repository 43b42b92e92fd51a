internal import Catalog
internal import Encoder
internal import Readings
internal import Windows

extension MeterDirectory {
    /// The embedding a label speaks of.
    ///
    /// - Returns: nil where the reading is not held, or its history was too short to be judged.
    func entry(
        for label: JournalLabel
    ) throws(CatalogError) -> LabelledWindows.Entry? {
        let time = Timestamp(milliseconds: label.time)
        guard let reading = try reading(of: label.meter, at: time) else { return nil }
        var stream = try stream(of: label.meter, before: time)
        stream.append(reading.values, at: time)
        guard stream.readiness == .ready else { return nil }
        return LabelledWindows.Entry(
            meter: label.meter,
            meterNumber: generation.meterNumbers[label.meter],
            time: label.time,
            label: label.label,
            embedding: generation.encoder.encode(
                stream.features(),
                width: generation.layout.inputCount
            )
        )
    }
}
