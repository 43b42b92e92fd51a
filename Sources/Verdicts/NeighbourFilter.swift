public import Readings

/// Conditions on the known windows that may be named as neighbours; all of them must hold.
///
/// A filter affects only the neighbours that are named: verdict, score and p-value are those of the whole
/// index, so that no condition can hide an alarm.
public struct NeighbourFilter: Equatable, Sendable {
    /// A property of a known window.
    public enum Column: String, CaseIterable, Sendable {
        /// The meter's name.
        case meter
        /// The end of the window.
        case time
        /// `normal` or `anomalous`.
        case label
        /// The kind of anomaly; empty if it is not known.
        case kind
        /// Whether a person gave the label: `true` or `false`.
        case person
    }

    /// How a column is compared.
    public enum Comparison: String, CaseIterable, Sendable {
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case atMost = "<="
        case greater = ">"
        case atLeast = ">="
    }

    /// A name that a window must have, or must not have.
    private struct Wanted: Equatable, Sendable {
        let name: Name
        let isWanted: Bool
    }

    /// A condition on an attribute of the meter.
    private struct AttributeCondition: Equatable, Sendable {
        let name: Name
        let value: Name
        let isWanted: Bool
    }

    /// Meters of which a window must be, or must not be.
    private struct MeterGroup: Equatable, Sendable {
        let meters: Set<Name>
        let isWanted: Bool
    }

    private var meters: [Wanted] = []
    /// Those that only an index can tell the meters of.
    private var attributes: [AttributeCondition] = []
    /// What the conditions on attributes mean in an index.
    private var groups: [MeterGroup] = []
    private var kinds: [Wanted] = []
    /// Only this class; nil for both.
    package private(set) var isAnomalous: Bool?
    /// Only labels given by a person, or only others; nil for all.
    package private(set) var isFromPerson: Bool?
    /// The earliest time, milliseconds since 1970.
    package private(set) var from = Int64.min
    /// Every time is before this one.
    package private(set) var until = Int64.max
    /// Times left out.
    package private(set) var notAt: [Int64] = []
    /// Whether two of the conditions exclude each other.
    package private(set) var isImpossible = false

    /// A filter that all windows pass.
    public init() {}

    /// Adds a condition.
    ///
    /// - Parameters:
    ///   - column: a ``Column``'s name, or `attribute.` and the name of an attribute of the meters.
    ///   - comparison: only times are compared by order.
    ///   - value: a name, a kind, a time, a class, or `true` or `false`.
    ///   - clock: the clock of times without an offset.
    /// - Throws: ``RequestError`` with `badFilter`, naming the columns that there are.
    public mutating func require(
        _ column: String,
        _ comparison: Comparison,
        _ value: String,
        clock: LocalClock = .utc
    ) throws(RequestError) {
        if column.hasPrefix(Self.attributePrefix), column != Self.attributePrefix {
            let name = Name(String(column.dropFirst(Self.attributePrefix.count)))
            let isWanted = try Self.isWanted(comparison, column)
            attributes.append(AttributeCondition(name: name, value: Name(value), isWanted: isWanted))
            return
        }
        guard let column = Column(rawValue: column) else {
            let columns = Column.allCases.map(\.rawValue).joined(separator: ", ")
            throw RequestError(
                .badFilter,
                "windows have no `\(column)`; they can be filtered by \(columns), attribute.NAME"
            )
        }
        if column == .time { return try requireTime(comparison, Self.time(value, clock)) }
        let wanted = try Self.isWanted(comparison, column.rawValue)
        switch column {
        case .meter: meters.append(Wanted(name: Name(value), isWanted: wanted))
        case .kind: kinds.append(Wanted(name: Name(value), isWanted: wanted))
        case .label: try require(\.isAnomalous, Self.choice(column, value, "anomalous", "normal") == wanted)
        case .person: try require(\.isFromPerson, Self.choice(column, value, "true", "false") == wanted)
        case .time: break
        }
    }

    /// The begin of the name of an attribute as a column.
    private static let attributePrefix = "attribute."

    /// Whether a comparison wants what is equal, or what is not.
    private static func isWanted(_ comparison: Comparison, _ column: String) throws(RequestError) -> Bool {
        switch comparison {
        case .equal: return true
        case .notEqual: return false
        default:
            throw RequestError(
                .badFilter,
                "`\(column)` has no order; compare it with = or !=; only time is compared with <, <=, > and >="
            )
        }
    }

    private mutating func require(_ condition: WritableKeyPath<NeighbourFilter, Bool?>, _ value: Bool) {
        if self[keyPath: condition] == !value { isImpossible = true }
        self[keyPath: condition] = value
    }

    private static func choice(
        _ column: Column,
        _ value: String,
        _ yes: String,
        _ no: String
    ) throws(RequestError) -> Bool {
        guard value == yes || value == no else {
            throw RequestError(
                .badFilter,
                "`\(column.rawValue)` is \(yes) or \(no), and `\(value)` is neither"
            )
        }
        return value == yes
    }

    private static func time(_ value: String, _ clock: LocalClock) throws(RequestError) -> Int64 {
        guard let stamp = WrittenStamp(value) else {
            throw RequestError(.badFilter, "the time `\(value)` \(Timestamp.refusal(of: value))")
        }
        do { return try clock.moment(of: stamp).milliseconds } catch {
            throw RequestError(.badFilter, "the time `\(value)` \(error)")
        }
    }

    private mutating func requireTime(_ comparison: Comparison, _ time: Int64) {
        switch comparison {
        case .equal: (from, until) = (max(from, time), min(until, time + 1))
        case .notEqual: notAt.append(time)
        case .less: until = min(until, time)
        case .atMost: until = min(until, time + 1)
        case .greater: from = max(from, time + 1)
        case .atLeast: from = max(from, time)
        }
    }
}

extension NeighbourFilter {
    /// Whether there is a condition on meters.
    package var namesMeters: Bool { !meters.isEmpty || !attributes.isEmpty || !groups.isEmpty }

    /// The filter with the meters of an index in the place of conditions on attributes.
    ///
    /// - Parameter lookUp: the meters that have a value of an attribute.
    package func resolvingAttributes(
        _ lookUp: (_ attribute: Name, _ value: Name) throws(RequestError) -> Set<Name>
    ) throws(RequestError) -> NeighbourFilter {
        guard !attributes.isEmpty else { return self }
        var resolved = self
        resolved.attributes = []
        for condition in attributes {
            let meters = try lookUp(condition.name, condition.value)
            resolved.groups.append(MeterGroup(meters: meters, isWanted: condition.isWanted))
        }
        return resolved
    }

    /// Whether there is a condition on kinds.
    package var namesKinds: Bool { !kinds.isEmpty }

    /// Whether windows of a class may pass.
    package func admits(anomalous: Bool) -> Bool {
        !isImpossible && from < until && isAnomalous.map { $0 == anomalous } ?? true
    }

    /// Whether windows of a meter may pass.
    package func admits(meter: Name) -> Bool {
        meters.allSatisfy { ($0.name == meter) == $0.isWanted }
            && groups.allSatisfy { $0.meters.contains(meter) == $0.isWanted }
    }

    /// Whether windows of a kind may pass.
    package func admits(kind: Name?) -> Bool { kinds.allSatisfy { ($0.name == kind ?? "") == $0.isWanted } }

    /// Whether windows may pass that a person labelled, or that a person did not.
    package func admits(person: Bool) -> Bool { isFromPerson.map { $0 == person } ?? true }

    /// Whether windows that end at a time may pass.
    package func admits(time: Int64) -> Bool { time >= from && time < until && !notAt.contains(time) }
}
