/// How patiently a sink delivers.
public struct SinkPatience: Equatable, Sendable {
    /// How often the journal is asked for new changes.
    public var polling = Duration.milliseconds(500)
    /// The pause after the first failure; each later one is twice as long.
    public var firstPause = Duration.seconds(1)
    /// The longest pause.
    public var longestPause = Duration.seconds(300)
    /// How old a change may be, counted from the server's start if that was later, until it is given up.
    public var giveUp = Duration.seconds(86_400)
    /// How long one attempt may take.
    public var attempt = Duration.seconds(10)
    /// How often Alertmanager is told again what is open.
    public var repetition = Duration.seconds(60)
    /// How long an orderly end waits for the delivery that is under way.
    public var ending = Duration.seconds(2)

    /// The usual patience.
    public init() {}
}

/// The pauses between attempts that fail.
struct Backoff {
    private let patience: SinkPatience
    /// How long to wait before the next attempt; zero after one that did not fail.
    private(set) var pause = Duration.zero

    init(_ patience: SinkPatience) { self.patience = patience }

    var isFailing: Bool { pause > .zero }

    mutating func succeed() { pause = .zero }

    mutating func fail() { pause = min(max(pause * 2, patience.firstPause), patience.longestPause) }
}
