public import Readings
public import Verdicts

/// What is known of the meters beside their readings: texts such as a town, a site or a panel.
public struct MeterAttributes: Sendable {
    /// By the meter's name, then by the attribute's.
    public let byMeter: [Name: [Name: Name]]
    /// The meters that have a value of an attribute.
    private let meters: [Name: [Name: Set<Name>]]

    /// The attributes of meters.
    public init(_ byMeter: [Name: [Name: Name]] = [:]) {
        self.byMeter = byMeter
        var meters: [Name: [Name: Set<Name>]] = [:]
        for (meter, attributes) in byMeter {
            for (attribute, value) in attributes {
                meters[attribute, default: [:]][value, default: []].insert(meter)
            }
        }
        self.meters = meters
    }

    /// The name of the part of the catalog that has them.
    package static let name = "attributes"

    /// The names of the attributes, in order.
    public var names: [Name] { meters.keys.sorted() }

    /// How many different values an attribute has.
    public func valueCount(of attribute: Name) -> Int { meters[attribute]?.count ?? 0 }

    /// The filter with the meters in the place of conditions on attributes.
    ///
    /// - Throws: ``RequestError`` with `badFilter` for an attribute that no meter has.
    public func resolving(_ filter: NeighbourFilter) throws(RequestError) -> NeighbourFilter {
        try filter.resolvingAttributes { attribute, value throws(RequestError) in
            if let values = meters[attribute] { return values[value] ?? [] }
            let known = meters.isEmpty ? "the index has no attributes" : "there are \(names.listed)"
            throw RequestError(.badFilter, "no meter has an attribute `\(attribute)`; \(known)")
        }
    }
}
