internal import Readings
internal import Text

/// The meters that have readings, as a file of labels may call them.
struct MeterNames {
    private let names: Set<Name>
    /// The meters by their names in lower case, without a unit in brackets; nil for a name that several have.
    private var others: [String: Name?] = [:]

    init(_ names: Set<Name>) {
        self.names = names
        for name in names {
            let plain = Self.plain(name.text)
            others[plain] = .some(others[plain] == nil ? name : nil)
        }
    }

    /// The meter that a cell names; nil if it names none, or may name several.
    subscript(cell: String) -> Name? {
        let name = Name(cell)
        if names.contains(name) { return name }
        return others[Self.plain(cell)] ?? nil
    }

    /// `hall 1` of `Hall 1 [kW]`.
    private static func plain(_ name: String) -> String {
        var text = name[...]
        if let bracket = text.lastIndex(where: { "[(".contains($0) }), bracket > text.startIndex,
            Unit(String(text[bracket...])) != nil
        {
            text = text[..<bracket]
        }
        while text.last == " " { text = text.dropLast() }
        return text.lowercased()
    }
}
