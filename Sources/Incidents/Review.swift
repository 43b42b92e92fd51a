public import Readings
internal import Verdicts

/// An incident as a review sees it.
public struct ReviewedIncident: Sendable {
    /// The incident.
    public let incident: Incident
    /// The embedding of the window that ends at its strangest reading; nil where it is not held any more.
    public let window: [Float]?
    /// The mean distance from that window to the nearest known normal ones.
    public let normalDistance: Double
    /// What a person said of one of its readings; nil if nothing.
    public let label: Label?

    /// An incident from its parts.
    public init(
        _ incident: Incident,
        window: [Float]?,
        normalDistance: Double,
        label: Label?
    ) {
        (self.incident, self.window, self.normalDistance) = (incident, window, normalDistance)
        self.label = label
    }

    /// Whether an answer about this incident is one about another too: their windows are less than half as
    /// far from each other as either is from the normal windows. Once one has a label, the other resembles
    /// it. What is normal of a meter is so of no other one.
    ///
    /// In three simulated months (`Benchmarks/incidents`, seeds 1 to 3), nine in ten of those that are so
    /// near to the first of a group have its cause; with three quarters of that distance it is seven in ten,
    /// and with all of it, which is what a verdict goes by, two in three.
    func settles(_ other: ReviewedIncident) -> Bool {
        guard let window, let others = other.window, window.count == others.count else { return false }
        if let label, !label.isAnomalous, incident.meter != other.incident.meter { return false }
        var sum = 0.0
        for position in window.indices {
            let difference = Double(window[position] - others[position])
            sum += difference * difference
        }
        return sum.squareRoot() < Self.nearness * min(normalDistance, other.normalDistance)
    }

    /// How near two windows are that are alike, as a share of the distance to the normal ones.
    private static let nearness = 0.5
}

/// Incidents to ask a person about, those first whose answer settles the most alarms.
public struct Review: Equatable, Sendable {
    /// The groups that were asked for.
    public private(set) var groups: [Group] = []
    /// How many groups there are.
    public private(set) var groupCount = 0
    /// How many incidents are in a group.
    public private(set) var unlabelled = 0
    /// How many have no label, and are settled by the label of another one.
    public private(set) var settled = 0
    /// How many have a label.
    public private(set) var labelled = 0

    /// How many incidents were looked at.
    public var looked: Int { unlabelled + settled + labelled }

    /// The incidents that are looked at: the newest ones.
    public static let mostIncidents = 1_000

    /// An incident, and those that an answer about it settles too.
    public struct Group: Equatable, Sendable {
        /// The one to look at.
        public let incident: Incident
        /// The others, by their numbers.
        public let others: [Incident]

        /// All of them.
        public var all: [Incident] { [incident] + others }
        /// How many readings alarm in all of them.
        public var alarms: Int { all.reduce(0) { $0 + $1.run.alarms } }
        /// How many meters they are of.
        public var meters: Int { Set(all.map(\.meter)).count }
    }

    /// Groups incidents.
    ///
    /// The incident whose answer settles the most alarms comes first, with all that it settles; then the one
    /// that settles the most of the rest, and so on (the greedy way to cover the most with few sets:
    /// Nemhauser, Wolsey and Fisher 1978).
    ///
    /// - Parameter limit: how many groups to tell.
    public init(of incidents: [ReviewedIncident], limit: Int = .max) {
        let answers = incidents.filter { $0.label != nil }
        labelled = answers.count
        let open = incidents.filter { one in one.label == nil && !answers.contains { $0.settles(one) } }
        settled = incidents.count - labelled - open.count
        unlabelled = open.count
        var cover = Cover(
            weights: open.map(\.incident.run.alarms),
            sets: open.indices.map { one in open.indices.filter { $0 == one || open[one].settles(open[$0]) } }
        )
        while let (first, taken) = cover.next() {
            groupCount += 1
            guard groups.count < limit else { continue }
            let others = taken.filter { $0 != first }.map { open[$0].incident }
            groups.append(Group(incident: open[first].incident, others: others.sorted { $0.id < $1.id }))
        }
    }
}

/// Sets of things that weigh, from which the heaviest is taken again and again.
private struct Cover {
    /// What each thing weighs; 0 once it is taken.
    private var weights: [Int]
    private let sets: [[Int]]
    /// The sets that a thing is in.
    private var owners: [[Int]]
    /// What is left in each set.
    private var left: [Int]
    private var isTaken: [Bool]

    init(weights: [Int], sets: [[Int]]) {
        (self.weights, self.sets) = (weights, sets)
        owners = weights.map { _ in [] }
        for (number, set) in sets.enumerated() {
            for thing in set { owners[thing].append(number) }
        }
        left = sets.map { set in set.reduce(0) { $0 + weights[$1] } }
        isTaken = weights.map { _ in false }
    }

    /// Takes the things of the heaviest set whose own thing is not taken; of equal ones the first.
    mutating func next() -> (first: Int, taken: [Int])? {
        let free = sets.indices.filter { !isTaken[$0] }
        guard let first = free.max(by: { (left[$0], $1) < (left[$1], $0) }) else { return nil }
        let taken = sets[first].filter { !isTaken[$0] }
        for thing in taken {
            isTaken[thing] = true
            for set in owners[thing] { left[set] -= weights[thing] }
        }
        return (first, taken)
    }
}
