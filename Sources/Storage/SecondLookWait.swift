internal import Detection
internal import Windows

/// How long a second look really waits: as long as was asked for, unless meters report so often that the wait is cut.
public struct SecondLookWait: Equatable, Sendable {
    /// What was asked for, in milliseconds.
    public let asked: Int64
    /// How many meters have a history long enough to be looked at again.
    public let meters: Int
    /// How many of them report so often that ``mostReadings`` come in less time than that.
    public let cutMeters: Int
    /// The shortest wait of any of them, in milliseconds: ``asked``, to the nearest reading, where none is cut.
    public let shortest: Int64

    /// A second look waits for no more readings of a meter than this.
    public static let mostReadings = FeatureLayout.mostHorizonSlots
}

extension Generation {
    /// How long its second look waits on its meters' grids; nil where it takes none.
    public var secondLookWait: SecondLookWait? {
        guard let second = secondLook, let asked = second.layout.horizon else { return nil }
        let cadences = profiles.compactMap { $0?.cadence }
        let waits = cadences.map { Int64(second.layout.horizonSlots($0)) * $0.interval }
        return SecondLookWait(
            asked: asked,
            meters: cadences.count,
            cutMeters: cadences.count { asked > Int64(SecondLookWait.mostReadings) * $0.interval },
            shortest: waits.min() ?? asked
        )
    }
}
