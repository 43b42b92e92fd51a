/// What a build may be told beside its readings.
public struct BuildOptions: Sendable {
    /// How a bank is searched.
    public enum Search: String, CaseIterable, Sendable {
        /// `flat` or `ivf` by size.
        case automatic = "auto"
        /// Every row, exactly.
        case flat
        /// The nearest lists of a coarse quantiser only.
        case ivf
    }

    /// How the banks are searched.
    public var search: Search
    /// The seed of everything random.
    public var seed: Int
    /// The command to be written into the manifest; nothing of the machine or the time.
    public var command: String

    /// Options; the defaults are what `gridkin build` does without flags.
    public init(search: Search = .automatic, seed: Int = 1, command: String = "") {
        self.search = search
        self.seed = seed
        self.command = command
    }
}
