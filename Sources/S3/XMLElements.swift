// The answers of S3 are small XML documents of a few known elements, without attributes that matter.
// Foundation's XML parser would bring libxml2 with it; reading elements takes fewer lines than calling that.

/// What stands between two tags: elements, or text.
struct XMLElements {
    private let content: Substring

    init(_ content: Substring) { self.content = content }

    /// The first element of a name.
    func first(_ name: String) -> XMLElements? {
        var rest = content
        return Self.next(name, in: &rest)
    }

    /// All elements of a name. None of S3's contains one of its own name.
    func all(_ name: String) -> [XMLElements] {
        var rest = content
        var found: [XMLElements] = []
        while let element = Self.next(name, in: &rest) { found.append(element) }
        return found
    }

    /// The text without blanks around it; the five named entities and the numbered ones are replaced.
    var text: String {
        var result = ""
        var rest = content
        while let mark = rest.firstIndex(of: "&") {
            result += rest[..<mark]
            rest = rest[mark...]
            guard let end = rest.prefix(10).firstIndex(of: ";"),
                let character = Self.character(rest[rest.index(after: mark)..<end])
            else {
                result += "&"
                rest = rest.dropFirst()
                continue
            }
            result.unicodeScalars.append(character)
            rest = rest[rest.index(after: end)...]
        }
        return String((result + rest).trimmingBlanks)
    }

    private static func next(_ name: String, in rest: inout Substring) -> XMLElements? {
        while let mark = rest.firstIndex(of: "<") {
            rest = rest[mark...].dropFirst()
            guard let end = rest.firstIndex(of: ">") else { return nil }
            let tag = rest[..<end]
            rest = rest[end...].dropFirst()
            guard tag.prefix(while: { !$0.isWhitespace && $0 != "/" }) == name else { continue }
            if tag.hasSuffix("/") { return XMLElements(rest.prefix(0)) }
            guard let close = rest.firstRange(of: "</\(name)>") else { return nil }
            let element = XMLElements(rest[..<close.lowerBound])
            rest = rest[close.upperBound...]
            return element
        }
        return nil
    }

    private static func character(_ entity: Substring) -> Unicode.Scalar? {
        switch entity {
        case "amp": "&"
        case "lt": "<"
        case "gt": ">"
        case "quot": "\""
        case "apos": "'"
        default:
            if entity.hasPrefix("#x") {
                UInt32(entity.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
            } else if entity.hasPrefix("#") {
                UInt32(entity.dropFirst()).flatMap(Unicode.Scalar.init)
            } else {
                nil
            }
        }
    }
}

extension String {
    fileprivate var trimmingBlanks: Substring {
        let start = drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? start
    }
}
