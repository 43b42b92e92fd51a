/// Text on its way into a page.
package enum Markup {
    /// Text that stands for itself between tags and inside quoted attributes, whatever is in it.
    ///
    /// What no HTML or SVG may hold, such as other control characters, becomes a replacement character: a meter's
    /// name may be anything that stood in a file.
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

    /// A number with so many decimals; `–` for none, or for what is no number.
    package static func fixed(_ value: Double?, _ decimals: Int) -> String {
        guard let value, value.isFinite, abs(value) < 1e12 else { return "–" }
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let rounded = (abs(value) * scale).rounded()
        let digits = String(Int(rounded))
        let padded = String(repeating: "0", count: max(decimals + 1 - digits.count, 0)) + digits
        let sign = value < 0 && rounded > 0 ? "\u{2212}" : ""
        guard decimals > 0 else { return sign + padded }
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }

    /// A share in percent.
    package static func percent(_ share: Double?, _ decimals: Int = 1) -> String {
        share == nil ? "–" : fixed(share.map { $0 * 100 }, decimals) + "\u{202F}%"
    }
}
