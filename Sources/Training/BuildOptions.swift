/// The options of a build.
public struct BuildOptions: Sendable {
    /// How a bank is searched.
    public enum Search: String, CaseIterable, Sendable {
        /// `flat` or `ivf`, by the size of the bank.
        case automatic = "auto"
        /// Every row, exactly.
        case flat
        /// Only the rows in the nearest lists of a coarse quantiser.
        case ivf
    }

    /// The share of the true neighbours that an approximate search finds by default.
    public static let defaultRecall = 0.99

    /// How the banks are searched.
    public var search: Search
    /// The least share of the true neighbours that an approximate search finds, above 0 and at most 1.
    public var recall: Double
    /// How much of the normal bank is kept; nil for all of it.
    public var reduction: BankReduction?
    /// Whether every unlabelled reading is treated as normal, however strange it is.
    public var trustsUnlabelled: Bool
    /// Which encoder embeds the windows.
    public var encoder: EncoderChoice
    /// How long a second look waits, in milliseconds; nil for none.
    public var secondLook: Int64?
    /// The seed of everything random.
    public var seed: Int
    /// The command as the manifest states it, without anything of the machine or the time.
    public var command: String

    /// Options; the defaults are what `gridkin build` does without flags.
    public init(
        search: Search = .automatic,
        recall: Double = BuildOptions.defaultRecall,
        reduction: BankReduction? = nil,
        trustsUnlabelled: Bool = false,
        encoder: EncoderChoice = .automatic,
        secondLook: Int64? = nil,
        seed: Int = 1,
        command: String = ""
    ) {
        self.search = search
        self.recall = recall
        self.reduction = reduction
        self.trustsUnlabelled = trustsUnlabelled
        self.encoder = encoder
        self.secondLook = secondLook
        self.seed = seed
        self.command = command
    }
}
