public import LineProtocol
public import Verdicts

extension NeighbourFilter {
    /// The conditions of a request in the index's words.
    ///
    /// - Throws: ``QueryError`` with `badFilter` for what means nothing to an index.
    public init(_ conditions: [Request.Condition]) throws(QueryError) {
        self.init()
        for condition in conditions {
            let comparison = Comparison(rawValue: condition.comparison.rawValue) ?? .equal
            try require(condition.column, comparison, condition.value)
        }
    }
}
