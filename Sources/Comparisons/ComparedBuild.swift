public import Training

/// A way to build an index that is to be compared with others.
public struct ComparedBuild: Sendable {
    /// What the table calls it.
    public var name: String
    /// How it is built; with a second look, that is what is shown of each reading it has been taken of.
    public var options: BuildOptions

    /// A build under a name.
    public init(_ name: String, _ options: BuildOptions) {
        self.name = name
        self.options = options
    }
}
