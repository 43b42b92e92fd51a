internal import Windows

/// What an explanation says of the judged reading itself.
struct ShownValues: Sendable {
    /// Its values, one for each channel.
    let values: [Double]
    /// The values of the latest slots.
    let latest: LatestValues
    /// The meter's profile.
    let profile: MeterProfile

    /// Those of the newest reading of a stream; nil as long as the meter has no profile.
    init?(of stream: MeterStream) {
        guard let latest = stream.latestValues, let profile = stream.profile else { return nil }
        (values, self.latest, self.profile) = (stream.newestValues, latest, profile)
    }
}
