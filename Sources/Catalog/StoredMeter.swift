/// A meter as SQLite keeps it.
public struct StoredMeter: Equatable, Sendable {
    /// Its number in this catalog, from 0.
    public let id: Int
    /// What its readings call it.
    public let name: String
    /// Its profile, as JSON.
    public let profile: [UInt8]
    /// Its calibration, as JSON; empty where the pooled one serves.
    public let calibration: [UInt8]

    /// A meter to keep.
    public init(id: Int, name: String, profile: [UInt8], calibration: [UInt8] = []) {
        self.id = id
        self.name = name
        self.profile = profile
        self.calibration = calibration
    }
}
