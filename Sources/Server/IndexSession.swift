internal import AnomalyIndex

/// What is remembered of a connection from one request to the next.
public struct IndexSession: Sendable {
    /// The index its requests are about; nil where several are served and none was chosen.
    var index: LiveIndex?
    /// Whether it may ask for more than `PING`, `HELP`, `AUTH` and `QUIT`.
    var isAuthorised: Bool
}
