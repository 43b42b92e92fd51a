internal import Engine

/// The state of a connection, kept from one request to the next.
public struct IndexSession: Sendable {
    /// The index its requests are about; nil if several are served and none was chosen.
    var index: LiveIndex?
    /// What it may do; nil for only `PING`, `AUTH` and `QUIT`.
    var permission: Permission?
    /// How many wrong tokens it has shown.
    var failedAuths = 0
    /// The index whose disk the reply just made has to wait for.
    var unsettled: LiveIndex?
    /// The replies of the latest batch that wait for a disk.
    var unsettledReplies = UnsettledReplies()
}
