internal import Detection
package import Encoder
package import Windows

/// All that a build learns before windows are embedded: a small value, from which any machine can embed its
/// meters.
///
/// What a plan says depends on all meters: the profiles, the folds, the forests, and the encoders, each
/// learnt from evenly spaced windows of all of them.
package struct TrainingPlan: Sendable {
    /// The features of a window.
    package let layout: FeatureLayout
    /// Each meter's profile; nil for a meter with too few readings to have one.
    package let profiles: [MeterProfile?]
    /// How many windows each meter has.
    package let windowCounts: [Int]
    /// Which windows are judged by what came before them.
    let folds: [Fold]
    /// How the evidence is weighed.
    let fusion: Fusion
    /// What the forests of the folds say, and the forest to be served.
    let forests: FoldForests
    /// The plain encoder, by which unlabelled windows that are too strange are found.
    package let plain: PlannedEncoder
    /// The encoders to choose from, at least one; the first one is taken unless another one is clearly
    /// better.
    package let candidates: [PlannedEncoder]

    /// A plan.
    ///
    /// - Parameters:
    ///   - meters: each meter's profile, and how many windows it has.
    ///   - encoders: the plain encoder, then the candidates.
    init(
        layout: FeatureLayout,
        meters: [(profile: MeterProfile?, windowCount: Int)],
        folds: [Fold],
        fusion: Fusion,
        forests: FoldForests,
        encoders: [PlannedEncoder]
    ) {
        precondition(encoders.count > 1, "a plan has a plain encoder and a candidate")
        self.layout = layout
        profiles = meters.map(\.profile)
        windowCounts = meters.map(\.windowCount)
        self.folds = folds
        self.fusion = fusion
        self.forests = forests
        plain = encoders[0]
        candidates = Array(encoders.dropFirst())
    }

    /// Whether the plain encoder is one of the candidates.
    var plainIsCandidate: Bool { candidates.contains { $0.words == plain.words } }

    /// How close in time two windows of a meter share most of their readings, in milliseconds, by meter.
    var exclusionZones: [Int64] {
        profiles.map { $0.map(layout.exclusionZone) ?? 0 }
    }
}

/// An encoder of a plan.
package struct PlannedEncoder: Sendable {
    /// What it is, in words; two encoders of a plan with the same words are the same.
    package let words: String
    /// The encoder, learnt from all labels.
    package let encoder: any WindowEncoder
    /// For an encoder that learns from labels, one more for each round of folds: it has seen no label of the
    /// round or of what came after it. Otherwise empty.
    package let rounds: [any WindowEncoder]

    /// An encoder.
    init(_ words: String, _ encoder: any WindowEncoder, rounds: [any WindowEncoder] = []) {
        self.words = words
        self.encoder = encoder
        self.rounds = rounds
    }
}

extension TrainingPlan: BuildStage {
    package static let kind = "training-plan"

    fileprivate struct Head: Codable {
        let layout: FeatureLayout
        let profiles: [MeterProfile?]
        let windowCounts: [Int]
        let folds: [Fold]
        let fusion: Fusion
        /// The plain encoder, then the candidates.
        let encoders: [EncoderHead]
    }

    fileprivate struct EncoderHead: Codable {
        let words: String
        /// The encoder's description, then those of the rounds.
        let descriptions: [EncoderDescription]
    }

    private static func section(_ encoder: Int, _ part: Int) -> String { "encoder-\(encoder).\(part)" }

    package func write(into file: inout StageFile) throws {
        var encoders: [EncoderHead] = []
        for (number, planned) in ([plain] + candidates).enumerated() {
            let all = [planned.encoder] + planned.rounds
            for (part, encoder) in all.enumerated() {
                try file.add(encoder.tensors, as: Self.section(number, part))
            }
            let descriptions = all.map { EncoderDescription(of: $0, layout: layout, features: []) }
            encoders.append(EncoderHead(words: planned.words, descriptions: descriptions))
        }
        let head = Head(
            layout: layout,
            profiles: profiles,
            windowCounts: windowCounts,
            folds: folds,
            fusion: fusion,
            encoders: encoders
        )
        try file.add(head, as: "plan")
        try forests.write(into: &file)
    }

    package init(_ file: StageFile) throws {
        let head = try file.value("plan", as: Head.self)
        let layout = head.layout
        guard head.encoders.count > 1 else { throw StageContentError("it has no encoder to take") }
        guard head.isConsistent else { throw StageContentError("its meters and folds do not fit together") }
        let rounds = Fold.rounds(of: head.folds).count
        let planned = try head.encoders.enumerated().map { number, stored in
            let misfit = StageContentError("the encoder `\(stored.words)` does not fit its windows")
            let encoders = try stored.descriptions.enumerated().map { part, description in
                guard description.reads(layout) else { throw misfit }
                return try description.encoder(weights: file.tensors(Self.section(number, part)))
            }
            guard let first = encoders.first, [1, 1 + rounds].contains(encoders.count),
                encoders.allSatisfy({ $0.inputCount <= layout.inputCount })
            else { throw misfit }
            return PlannedEncoder(stored.words, first, rounds: Array(encoders.dropFirst()))
        }
        self.init(
            layout: layout,
            meters: zip(head.profiles, head.windowCounts).map { (profile: $0, windowCount: $1) },
            folds: head.folds,
            fusion: head.fusion,
            forests: try FoldForests(file, inputCount: layout.featureCount + ForestInput.contextCount),
            encoders: planned
        )
    }
}

extension TrainingPlan.Head {
    /// Whether the profiles are of the layout, and each fold lies within the windows of its meter.
    fileprivate var isConsistent: Bool {
        let areUsable = profiles.allSatisfy { profile in
            guard let profile else { return true }
            return (1...1 << 40).contains(profile.cadence.interval)
                && profile.channels.count == layout.channelCount
        }
        guard areUsable, windowCounts.count == profiles.count,
            windowCounts.allSatisfy({ (0...Int(Int32.max)).contains($0) })
        else { return false }
        var end = 0
        let rows = windowCounts.map { count in
            end += count
            return end - count..<end
        }
        return folds.allSatisfy { fold in
            rows.indices.contains(fold.meter) && !fold.rows.isEmpty
                && fold.rows.clamped(to: rows[fold.meter]) == fold.rows
                && fold.judged.allSatisfy(fold.rows.contains)
        }
    }
}

extension EncoderDescription {
    /// Whether the encoder was made for windows of a layout.
    fileprivate func reads(_ layout: FeatureLayout) -> Bool {
        channels == layout.channelCount && hasCalendar == layout.hasCalendar && (slots ?? 0) == layout.slots
    }
}
