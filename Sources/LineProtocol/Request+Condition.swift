extension Request {
    /// What a neighbour has to fulfil to be named, as the line gives it.
    public struct Condition: Hashable, Sendable {
        /// What is kept of a window; whether there is such a thing is for the index to say.
        public let column: String

        /// How it is compared.
        public let comparison: Comparison

        /// With what: at most ``RequestLimit/nameBytes`` bytes.
        public let value: String
    }

    /// How a column is compared with a value.
    public enum Comparison: String, CaseIterable, Sendable {
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case atMost = "<="
        case greater = ">"
        case atLeast = ">="
    }

    /// Reads what stands after `WHERE`.
    ///
    /// - Throws: a ``RequestError`` with `bad_filter` or `limit`.
    public static func conditions(parsing text: String) throws(RequestError) -> [Condition] {
        let bytes = Array(text.utf8)
        var scanner = LineScanner(bytes.span)
        return try scanner.conditions(bytes.span)
    }
}
