/// What is remembered of a connection from one request to the next.
public struct IndexSession: Sendable {
    /// The index its requests are about; nil where several are served and none was chosen.
    var index: LiveIndex?
    /// What it may do; nil for `PING`, `AUTH` and `QUIT` alone.
    var permission: Permission?
    /// How many wrong tokens it has shown.
    var failedAuths = 0
    /// The index whose disk the reply just made has to wait for.
    var unsettled: LiveIndex?
    /// The replies of the latest batch that wait for a disk.
    var unsettledReplies = UnsettledReplies()
}
