/// What an open index has counted since it was opened.
public struct LiveCounters: Equatable, Sendable {
    /// Readings taken in.
    public var pushes = 0
    /// Labels in effect beside the banks.
    public var labels = 0
    /// Generations swapped in.
    public var swaps = 0
    /// Writes to the journal, each of them one sync of the disk.
    public var commits = 0
    /// Readings not in the journal yet.
    public var pendingReadings = 0
    /// Meters heard of.
    public var liveMeters = 0
}
