extension WindowEncoder {
    /// Its family; of several that stand together, theirs, joined by `+`.
    public var name: String {
        guard let several = self as? ConcatenatedEncoder else { return family.rawValue }
        return several.parts.map(\.encoder.name).joined(separator: "+")
    }
}
