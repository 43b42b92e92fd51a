/// How patiently a failed request is sent again.
public struct Retries: Sendable {
    /// How often in a row without a new byte, the first time included.
    public var attempts = 5
    /// Seconds before the second; each later pause is twice as long.
    public var firstPause = 0.5
    /// The longest pause in seconds, also if the server asks for a longer one.
    public var longestPause = 30.0
    /// Requests for one file, new bytes or not.
    public var requests = 200

    /// The usual patience.
    public init() {}
}

/// The attempts at one file so far.
struct Attempts {
    private let retries: Retries
    private(set) var count = 0
    private var inRow = 0

    init(_ retries: Retries) { self.retries = retries }

    /// Counts a failure.
    ///
    /// - Parameters:
    ///   - isFurther: whether there are more bytes than ever before.
    ///   - asked: the pause in seconds that the server asks for.
    /// - Returns: seconds to wait before the next attempt; nil if there is none.
    mutating func next(isFurther: Bool, asked: Int?) -> Double? {
        count += 1
        inRow = isFurther ? 1 : inRow + 1
        guard inRow < retries.attempts, count < retries.requests else { return nil }
        let pause = retries.firstPause * Double(1 << (inRow - 1))
        return min(max(pause, Double(asked ?? 0)), retries.longestPause)
    }
}
