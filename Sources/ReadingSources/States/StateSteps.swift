/// How often the word of a column changes from one row of a series to the next.
struct StateSteps {
    /// How many steps there are.
    private(set) var count = 0
    /// In how many of them the word changes.
    private(set) var changes = 0

    /// The fewest steps that show whether words stay.
    private static let fewest = 47
    /// In so many steps a word of a state changes once at most, or it does not stay.
    private static let stepsOfChange = 4

    /// No steps yet.
    init() {}

    /// Steps that were counted.
    init(_ count: Int, changes: Int) {
        (self.count, self.changes) = (count, changes)
    }

    /// Counts a step.
    mutating func note(isChange: Bool) {
        count += 1
        if isChange { changes += 1 }
    }

    /// The steps of two files.
    static func + (left: StateSteps, right: StateSteps) -> StateSteps {
        StateSteps(left.count + right.count, changes: left.changes + right.changes)
    }

    /// Whether words stay.
    var areFew: Bool { count >= Self.fewest && changes * Self.stepsOfChange <= count }
}
