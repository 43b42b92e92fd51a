internal import Detection
internal import Encoder
internal import Readings
internal import Storage
internal import Windows

extension LiveIndex.State {
    /// Lets labels count for the second look too whose readings it has become due for.
    ///
    /// Most labels are given before: whoever has seen an alarm does not wait a day to say what it was.
    mutating func noticeLabels(of meter: String, _ matured: MaturedWindows) {
        guard let second = generation.second else { return }
        for stamp in matured.times {
            let time = stamp.milliseconds
            guard let entry = labelled.entries.last(where: { $0.time == time && $0.meter == meter }),
                let window = matured.window(of: stamp)
            else { continue }
            labelledAgain.add(
                LabelledWindows.Entry(
                    meter: meter,
                    meterNumber: entry.meterNumber,
                    time: time,
                    label: entry.label,
                    embedding: second.encoder.encode(window.features)
                ),
                in: second.classifier
            )
        }
    }
}

extension LiveIndex {
    /// How many of the labels in effect count for the second look too.
    package var secondLookLabels: Int { look { $0.labelledAgain.entries.count } }
}
