/// What stands behind a key, or in a list.
struct WrittenValue {
    let content: Content
    let place: Place

    enum Content {
        case text(String)
        case list([WrittenValue])
        case section([Entry])
        /// Nothing, or `null`.
        case nothing
    }

    /// A key and its value.
    struct Entry {
        let key: WrittenText
        let value: WrittenValue
    }

    /// What it is, for a sentence.
    var kind: String {
        switch content {
        case .text: "one value"
        case .list: "a list"
        case .section: "a section"
        case .nothing: "nothing"
        }
    }
}

extension String {
    /// A key or value of a file, short enough for a sentence.
    var shown: String {
        let line = prefix { !$0.isNewline }
        return line.count == count && count <= 64 ? self : line.prefix(60) + "…"
    }
}
