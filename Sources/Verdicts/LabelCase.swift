/// What an anomaly turned out to be, in the words of the person who labelled it.
public struct LabelCase: Hashable, Sendable {
    /// What the cause was, such as `storm`; nil if that was not told.
    public let cause: String?
    /// What was done about it, such as `fuse, 3 h`; nil if that was not told.
    public let repair: String?

    /// A case; nil if nothing was told.
    public init?(cause: String?, repair: String?) {
        if cause == nil, repair == nil { return nil }
        (self.cause, self.repair) = (cause, repair)
    }
}
