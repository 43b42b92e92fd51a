/// The states among the columns of an index, and the channels that its readings have because of them.
public struct States: Equatable, Sendable {
    /// The states, in the order of their columns; empty if there are none.
    public private(set) var all: [State]

    /// The states among the columns of readings.
    public init(_ states: [State] = []) {
        all = states.sorted { $0.column < $1.column }
    }

    /// Whether there are none.
    public var isEmpty: Bool { all.isEmpty }

    /// How many more channels than columns there are.
    private var added: Int { all.reduce(0) { $0 + $1.channelCount - 1 } }

    /// How many channels readings of some columns have.
    public func channelCount(columns: Int) -> Int { columns + added }

    /// How many columns readings of some channels have.
    public func columnCount(channels: Int) -> Int { channels - added }

    /// The first channel of each state.
    private var starts: [Int] {
        var shift = 0
        return all.map { state in
            defer { shift += state.channelCount - 1 }
            return state.column + shift
        }
    }

    /// The numbers of the channels that states have, ascending.
    public var channelNumbers: [Int] {
        zip(starts, all).flatMap { start, state in start..<start + state.channelCount }
    }

    /// The state that a channel belongs to; nil for a quantity.
    public func state(ofChannel channel: Int) -> State? {
        zip(starts, all).first { ($0..<$0 + $1.channelCount).contains(channel) }?.1
    }

    /// The word of the state that a channel belongs to.
    ///
    /// - Parameter values: those of all channels of a reading.
    /// - Returns: nil for a quantity, and where the state is missing.
    public func word(ofChannel channel: Int, in values: [Double]) -> Name? {
        let found = zip(starts, all).first { ($0..<$0 + $1.channelCount).contains(channel) }
        guard let (start, state) = found, values.count >= start + state.channelCount else { return nil }
        return Self.code(of: state, at: start, in: values[...]).map(state.word)
    }

    /// Gives each column's place to a body, in order, with that of its first channel, and its state.
    private func forEachColumn(of columns: Int, _ body: (_ column: Int, _ channel: Int, State?) -> Void) {
        var (channel, next) = (0, 0)
        for column in 0..<columns {
            let state = next < all.count && all[next].column == column ? all[next] : nil
            body(column, channel, state)
            channel += state?.channelCount ?? 1
            if state != nil { next += 1 }
        }
    }

    /// What belongs to each channel, from what belongs to each column.
    ///
    /// - Parameter expand: gives what belongs to the channels of a state.
    public func channels<Item>(of columns: [Item], _ expand: (State) -> [Item]) -> [Item] {
        var items: [Item] = []
        forEachColumn(of: columns.count) { column, _, state in
            items += state.map(expand) ?? [columns[column]]
        }
        return items
    }

    /// The names of the channels, from those of the columns.
    public func channels(of columns: [Name]) -> [Name] { channels(of: columns, \.channels) }

    /// The names of the columns, from those of the channels.
    public func columns(of channels: [Name]) -> [Name] {
        columns(of: channels, \.name)
    }

    /// What belongs to each column, from what belongs to each channel.
    ///
    /// - Parameter item: gives what belongs to a state.
    public func columns<Item>(of channels: [Item], _ item: (State) -> Item) -> [Item] {
        var items: [Item] = []
        forEachColumn(of: columnCount(channels: channels.count)) { _, channel, state in
            items.append(state.map(item) ?? channels[channel])
        }
        return items
    }

    /// The state that a column is; nil if it is none.
    public func state(ofColumn column: Int) -> State? { all.first { $0.column == column } }

    /// The word that a value of a column is; nil if the column is no state.
    public func word(of value: Double, inColumn column: Int) -> Name? {
        guard !value.isNaN, let state = state(ofColumn: column) else { return nil }
        return state.code(of: value).map(state.word)
    }

    /// The value of each column, from those of the channels: that of a state is its code.
    public func columns(of values: [Double]) -> [Double] {
        guard !isEmpty else { return values }
        var columns: [Double] = []
        forEachColumn(of: columnCount(channels: values.count)) { _, channel, state in
            columns.append(
                state.map { Self.code(of: $0, at: channel, in: values[...]).map(Double.init) ?? .nan }
                    ?? values[channel]
            )
        }
        return columns
    }

    /// The codes of all states in a reading, given by its channels; nil where one is missing.
    func codes(in values: ArraySlice<Double>) -> [Int?] {
        zip(all, starts).map { Self.code(of: $0, at: $1, in: values) }
    }

    private static func code(of state: State, at channel: Int, in values: ArraySlice<Double>) -> Int? {
        let first = values.startIndex + channel
        guard !values[first].isNaN else { return nil }
        return state.words.indices.first { values[first + $0] == 1 } ?? state.otherCode
    }

    /// The values of the channels of a reading.
    ///
    /// - Parameters:
    ///   - columns: its value in each column; of a state, its code.
    ///   - last: the codes in the reading before; nil where one is missing.
    func channels(of columns: [Double], after last: [Int?]) -> (values: [Double], codes: [Int?]) {
        var values: [Double] = []
        values.reserveCapacity(columns.count + added)
        var codes: [Int?] = []
        forEachColumn(of: columns.count) { column, _, state in
            guard let state else {
                values.append(columns[column])
                return
            }
            let code = state.code(of: columns[column])
            let missing = columns[column]
            for word in state.words.indices { values.append(code.map { $0 == word ? 1 : 0 } ?? missing) }
            values.append(Self.rarity(of: state, from: last[codes.count], to: code))
            codes.append(code)
        }
        return (values, codes)
    }

    /// How rare a change is; NaN if it is not known what there was before, or what there is now.
    private static func rarity(of state: State, from: Int?, to: Int?) -> Double {
        guard let from, let to else { return .nan }
        return state.rarity(from: from, to: to)
    }
}

extension States {
    /// A history with the channels of states in the place of their columns.
    public func expanded(_ history: MeterHistory) -> MeterHistory {
        guard !isEmpty else { return history }
        var memory = MeterStates(self)
        var values: [Double] = []
        values.reserveCapacity(history.count * channelCount(columns: history.channelCount))
        for index in 0..<history.count { values += memory.channels(of: history.values(at: index)) }
        var expanded = MeterHistory(
            meter: history.meter,
            channelCount: channelCount(columns: history.channelCount),
            times: history.times,
            values: values,
            labels: history.labels,
            clock: history.clock
        )
        expanded.hasGivenNormals = history.hasGivenNormals
        return expanded
    }

    /// A history with the columns of states in the place of their channels: the reverse of ``expanded(_:)``.
    public func shown(_ history: MeterHistory) -> MeterHistory {
        guard !isEmpty else { return history }
        var shown = MeterHistory(
            meter: history.meter,
            channelCount: columnCount(channels: history.channelCount),
            times: history.times,
            values: (0..<history.count).flatMap { columns(of: history.values(at: $0)) },
            labels: history.labels,
            clock: history.clock
        )
        shown.hasGivenNormals = history.hasGivenNormals
        return shown
    }

    /// Counts the changes in the normal readings of histories, which have the channels, and says in each
    /// reading how rare its change is.
    public mutating func learn(from histories: inout [MeterHistory]) {
        guard !isEmpty else { return }
        for place in all.indices { all[place].forget() }
        for history in histories { note(history) }
        for index in histories.indices { tell(&histories[index]) }
    }

    private func tell(_ history: inout MeterHistory) {
        let codes = codes(of: history)
        for (place, (state, start)) in zip(all, starts).enumerated() {
            history.replaceValues(of: start + state.words.count) { reading in
                let last = reading == 0 ? nil : codes[reading - 1][place]
                return Self.rarity(of: state, from: last, to: codes[reading][place])
            }
        }
    }

    /// Says in each reading of histories, which have the channels, how rare its change is among those before
    /// a time.
    public func tell(_ histories: inout [MeterHistory], before time: Timestamp) {
        guard !isEmpty else { return }
        var learnt = self
        var known = histories.map { $0.prefix(before: time) }
        learnt.learn(from: &known)
        for index in histories.indices { learnt.tell(&histories[index]) }
    }

    private func codes(of history: MeterHistory) -> [[Int?]] {
        let width = history.channelCount
        return (0..<history.count).map { codes(in: history.values[$0 * width..<($0 + 1) * width]) }
    }

    private mutating func note(_ history: MeterHistory) {
        let codes = codes(of: history)
        for place in all.indices { all[place].note(staysOf: codes.map { $0[place] }, in: history) }
        for reading in codes.indices.dropFirst() where history.isNormal(at: reading) {
            for place in all.indices {
                guard let from = codes[reading - 1][place], let to = codes[reading][place] else { continue }
                all[place].note(from: from, to: to)
            }
        }
    }
}
