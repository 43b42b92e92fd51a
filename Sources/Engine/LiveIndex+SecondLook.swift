internal import Detection
internal import Encoder
internal import Readings
internal import Storage
internal import Windows

extension Generation {
    /// The labels that count for the second look too, now that readings have matured.
    ///
    /// Most labels are given before: a person who has seen an alarm does not wait a day to say what it was.
    ///
    /// - Parameter labelled: the labels in effect.
    func promotions(
        of meter: String,
        _ matured: MaturedWindows?,
        _ labelled: LabelOverlay
    ) -> [LabelOverlay.Entry] {
        guard let second = secondLook, let matured, !labelled.entries.isEmpty else { return [] }
        let times = Set(matured.times.map(\.milliseconds))
        let own = labelled.entries.filter { $0.meter == meter && times.contains($0.time) }
        return own.compactMap { entry in
            guard let window = matured.window(of: Timestamp(milliseconds: entry.time)) else { return nil }
            return LabelOverlay.Entry(
                meter: meter,
                meterNumber: entry.meterNumber,
                time: entry.time,
                label: entry.label,
                embedding: second.encoder.encode(window.features)
            )
        }
    }
}

extension LiveIndex.State {
    /// Lets labels count for the second look, unless a newer label of the same reading counts already.
    ///
    /// - Parameter generation: the one whose encoder has embedded them.
    mutating func promote(_ entries: [LabelOverlay.Entry], of generation: Generation) {
        guard self.generation === generation, let second = generation.secondLook else { return }
        for entry in entries where labelled.contains(entry) {
            secondLookLabels.add(entry, in: second.classifier)
        }
    }

    /// Takes over labels that were read from the disk anew.
    ///
    /// A label that a reading promoted which is not in the journal yet stays promoted: the disk does not know of it.
    mutating func adopt(_ labels: (first: LabelOverlay, second: LabelOverlay)) {
        let known = Set(labels.second.entries.map(LabelOverlay.Window.init))
        let promoted = secondLookLabels.entries.filter { !known.contains(LabelOverlay.Window($0)) }
        (labelled, secondLookLabels) = labels
        promote(promoted, of: generation)
    }
}

extension LiveIndex {
    /// How many of the labels in effect count for the second look too.
    package var secondLookLabels: Int { look { $0.secondLookLabels.entries.count } }
}
