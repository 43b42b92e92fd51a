/// The states among a meter's columns, as they are after its newest reading.
public struct MeterStates: Equatable, Sendable {
    /// The states of the index.
    public let states: States
    /// Their codes in the newest reading; nil where one is missing, and before the first reading.
    private var codes: [Int?]
    /// Those in the reading before it.
    private var before: [Int?]

    /// The states before any reading.
    public init(_ states: States) {
        self.states = states
        codes = states.all.map { _ in nil }
        before = codes
    }

    /// How many bytes of memory they take, beside their own size and what they share with the index.
    public var heldBytes: Int { (codes.capacity + before.capacity) * MemoryLayout<Int?>.stride }

    /// Takes the next reading.
    ///
    /// - Parameter columns: its value in each column; of a state, its code.
    /// - Returns: its value in each channel.
    public mutating func channels(of columns: [Double]) -> [Double] {
        before = codes
        let (values, codes) = states.channels(of: columns, after: before)
        self.codes = codes
        return values
    }

    /// Takes the next reading, which has the channels already.
    public mutating func note(channels: [Double]) {
        before = codes
        codes = states.codes(in: channels[...])
    }
}

/// A state that is another one than in the reading before.
public struct StateChange: Equatable, Sendable {
    /// The state's name.
    public let state: Name
    /// What it was.
    public let from: Name
    /// What it is now.
    public let to: Name
    /// How often it changed so in the normal readings that the index was built from.
    public let times: Int
    /// How many of these follow one in which it was as it was now.
    public let of: Int

    /// A change with its counts.
    public init(state: Name, from: Name, to: Name, times: Int, of: Int) {
        (self.state, self.from, self.to, self.times, self.of) = (state, from, to, times, of)
    }
}

extension MeterStates {
    /// The states that the newest reading has changed.
    public var changes: [StateChange] {
        states.all.indices.compactMap { place in
            guard let from = before[place], let to = codes[place], from != to else { return nil }
            let state = states.all[place]
            let count = state.count(from: from, to: to)
            return StateChange(
                state: state.name,
                from: state.word(from),
                to: state.word(to),
                times: count.times,
                of: count.of
            )
        }
    }

    /// The states of which the newest reading has a word that the index does not know.
    public var unknown: [Name] {
        states.all.indices.filter { codes[$0] == states.all[$0].otherCode }.map { states.all[$0].name }
    }
}
