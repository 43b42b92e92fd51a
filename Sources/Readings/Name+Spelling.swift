internal import Text

extension Name {
    /// Whether another name may look the same: not if it consists of the common ASCII characters.
    public var mayHaveLookalikes: Bool {
        // To Unicode, the Kelvin sign is a K, the Greek question mark a semicolon, the varia a grave accent.
        text.utf8.contains { $0 >= 0x80 || $0 == UInt8(ascii: "K") || $0 == Byte.semicolon || $0 == 0x60 }
    }

    /// The name among others that was probably meant, as it is written in a question back; nil if none is
    /// near.
    public func meant(among names: [Name]) -> String? {
        if let twin = names.first(where: { $0 != self && $0.text == text }) {
            return "`\(twin.escaped)`, which looks the same and has other code points"
        }
        return nearestName(to: text, among: names.map(\.text)).map { "`\($0)`" }
    }
}

extension Sequence<Name> {
    /// The names that look the same and are different: canonically equivalent in Unicode, and of other bytes.
    ///
    /// - Returns: groups of two or more, each in the order of the bytes.
    public var lookalikes: [[Name]] {
        // Strings are equal here, and equal only here, where Unicode says that they mean the same text.
        var spellings: [String: Set<Name>] = [:]
        for name in self { spellings[name.text, default: []].insert(name) }
        return spellings.values.filter { $0.count > 1 }.map { $0.sorted() }.sorted { $0[0] < $1[0] }
    }

    /// The names that look like one of some others, and those themselves.
    public func lookalikes(of others: [Name]) -> [Name] {
        let texts = Set(others.map(\.text))
        return filter { texts.contains($0.text) }
    }

    /// A warning about names that look the same; nil if there are none.
    ///
    /// - Parameter what: what they name, in the plural.
    public func warning(ofLookalike what: String) -> String? {
        let groups = lookalikes
        guard !groups.isEmpty else { return nil }
        let shown = groups.prefix(3).map { $0.map { "`\($0.escaped)`" }.joined(separator: " and ") }
        let more = groups.count > 3 ? " and \(groups.count - 3) more" : ""
        return "\(what) whose names look the same and differ in their code points are different \(what): "
            + shown.joined(separator: "; ") + more
    }
}
