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

    /// What share of the true neighbours an approximate search finds unless told otherwise.
    public static let defaultRecall = 0.99

    /// How the banks are searched.
    public var search: Search
    /// What share of the true neighbours an approximate search is to find, above 0 and at most 1.
    public var recall: Double
    /// How much of the normal bank is kept; nil for all.
    public var condensing: Condensing?
    /// Whether every reading without a label is taken for normal, however strange.
    public var trustsUnlabelled: Bool
    /// What embeds the windows.
    public var encoder: EncoderChoice
    /// How long a second look waits, in milliseconds; nil for none.
    public var secondLook: Int64?
    /// The seed of everything random.
    public var seed: Int
    /// The command to be written into the manifest; nothing of the machine or the time.
    public var command: String

    /// Options; the defaults are what `gridkin build` does without flags.
    public init(
        search: Search = .automatic,
        recall: Double = BuildOptions.defaultRecall,
        condensing: Condensing? = nil,
        trustsUnlabelled: Bool = false,
        encoder: EncoderChoice = .automatic,
        secondLook: Int64? = nil,
        seed: Int = 1,
        command: String = ""
    ) {
        self.search = search
        self.recall = recall
        self.condensing = condensing
        self.trustsUnlabelled = trustsUnlabelled
        self.encoder = encoder
        self.secondLook = secondLook
        self.seed = seed
        self.command = command
    }
}
