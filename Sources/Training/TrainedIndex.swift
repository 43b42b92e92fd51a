internal import Windows

/// Everything a build has learnt, before it is written down.
struct TrainedIndex: Sendable {
    /// Each meter's profile; nil for a meter with too few readings to have one.
    let profiles: [MeterProfile?]
    /// What judges a reading as it comes.
    let first: TrainedLook
    /// What judges it again when the next readings have come; nil where that was not asked for.
    let second: TrainedLook?
}
