/// What a nominal false-alarm rate came to: the share of normal readings whose p-value is at most that rate.
public struct Reliability: Codable, Equatable, Sendable {
    /// The rate asked for.
    public let nominal: Double
    /// The share of normal readings that would have raised an alarm; nil without a normal reading.
    public let realised: Double?
    /// Between which the realised rate lies in the middle 95 % of draws of meters' weeks; nil where none were
    /// drawn.
    public var interval: Interval?

    /// The rates that are tried.
    public static let rates = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]

    /// Compares nominal and realised rates.
    ///
    /// - Parameter points: readings with their p-values.
    /// - Returns: empty where no reading has a p-value.
    static func table(_ points: [Evaluation.Point]) -> [Reliability] {
        let normals = points.lazy.filter { !$0.isAnomalous }.compactMap(\.p).sorted()
        guard !normals.isEmpty else { return [] }
        return rates.map { rate in
            let alarms = normals.prefix { $0 <= rate }.count
            return Reliability(nominal: rate, realised: Double(alarms) / Double(normals.count))
        }
    }
}
