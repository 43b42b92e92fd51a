internal import Text

/// Text and numbers, formatted for a page.
package enum Markup {
    /// Text, escaped for use between tags and inside quoted attributes.
    ///
    /// Characters that HTML and SVG do not allow, such as control characters, become replacement characters,
    /// because a meter's name may be any text.
    package static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n", "\r": result += " "
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A number with a fixed number of decimals; `–` for nil, and for numbers that are not finite or reach
    /// 1e12.
    package static func fixed(_ value: Double?, _ decimals: Int) -> String {
        guard let value, value.isFinite, abs(value) < 1e12 else { return "–" }
        let minus = "\u{2212}"
        return value.fixed(decimals, minus: minus) ?? value.fixed(0, minus: minus) ?? "–"
    }

    /// A share in percent; `–` for nil.
    package static func percent(_ share: Double?, _ decimals: Int = 1) -> String {
        share == nil ? "–" : fixed(share.map { $0 * 100 }, decimals) + "\u{202F}%"
    }
}
