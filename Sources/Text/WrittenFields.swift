// How numbers and CSV fields are written, in the one way that all output shares.

extension [UInt8] {
    /// Appends a number in decimal, with leading zeros up to `width` digits.
    public mutating func append(padded number: Int64, width: Int) {
        if number < 0 { append(Byte.minus) }
        let magnitude = number.magnitude
        var scale: UInt64 = 1
        var digits = 1
        while digits < width || magnitude / scale >= 10 {
            scale *= 10
            digits += 1
        }
        while scale > 0 {
            append(Byte.zero + UInt8(magnitude / scale % 10))
            scale /= 10
        }
    }

    /// Appends a CSV field (RFC 4180), in quotes only if it needs them.
    @inlinable
    public mutating func append(csv field: some Collection<UInt8>) {
        guard field.contains(where: \.needsQuotes) else { return append(contentsOf: field) }
        append(Byte.quote)
        for byte in field {
            if byte == Byte.quote { append(byte) }
            append(byte)
        }
        append(Byte.quote)
    }
}

// A spreadsheet takes a field that begins with `=`, `+`, `-` or `@` for a formula and runs it, also from a
// CSV file, and also in quotes; a leading tab or carriage return is skipped first. A name that begins so gets
// an apostrophe in front, which makes a spreadsheet show it as text
// (https://owasp.org/www-community/attacks/CSV_Injection). Numbers are left as they are: `-5` runs nothing.

extension [UInt8] {
    /// Appends a CSV field that holds a name or other text which someone else chose, so that no spreadsheet
    /// runs it as a formula. ``Swift/String/fromCSVText`` takes it back.
    @inlinable
    public mutating func append(csvText text: some Collection<UInt8>) {
        guard text.startsLikeFormula else { return append(csv: text) }
        append(csv: CollectionOfOne(Byte.apostrophe) + Array(text))
    }
}

extension Collection<UInt8> {
    /// Whether a spreadsheet could run this text, or take the apostrophe in front of such a text for a mark.
    @inlinable public var startsLikeFormula: Bool {
        guard let start = first(where: { $0 != Byte.apostrophe }), start.startsFormula else { return false }
        return !isPlainNumber
    }

    /// Whether it consists of an optional sign, digits and at most one decimal point between them.
    @inlinable var isPlainNumber: Bool {
        let digits = first == Byte.minus || first == Byte.plus ? dropFirst() : self[...]
        let parts = digits.split(separator: Byte.point, maxSplits: 1, omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { (Byte.zero...Byte.nine).contains($0) }
        }
    }
}

extension UInt8 {
    /// Whether a spreadsheet takes a field that begins with this byte for a formula.
    @inlinable var startsFormula: Bool {
        self == Byte.equals || self == Byte.plus || self == Byte.minus || self == Byte.at
            || self == Byte.tab || self == Byte.carriageReturn || self == Byte.lineFeed
    }

    /// Whether a CSV field that holds this byte is quoted.
    @inlinable var needsQuotes: Bool {
        self == Byte.comma || self == Byte.quote || self == Byte.lineFeed || self == Byte.carriageReturn
    }
}

extension String {
    /// The text as a CSV field (RFC 4180), in quotes only if it needs them.
    public var asCSVField: String {
        guard utf8.contains(where: \.needsQuotes) else { return self }
        var field: [UInt8] = []
        field.append(csv: utf8)
        return String(decoding: field, as: UTF8.self)
    }
}

extension String {
    /// A name or other text that someone else chose as a CSV field that no spreadsheet runs as a formula.
    public var asCSVText: String {
        var field: [UInt8] = []
        field.append(csvText: utf8)
        return String(decoding: field, as: UTF8.self)
    }

    /// The text whose CSV field, without its quotes, this is: without the apostrophe that
    /// ``asCSVText`` put in front.
    public var fromCSVText: String {
        guard utf8.first == Byte.apostrophe, utf8.startsLikeFormula else { return self }
        return String(Substring(utf8.dropFirst()))
    }
}

extension Double {
    /// The number with a fixed count of decimals, rounded half away from zero; never a negative zero.
    ///
    /// - Parameters:
    ///   - decimals: digits after the point, at least 0.
    ///   - minus: the sign of a negative number.
    /// - Returns: nil if the number is not finite, or has more than 15 digits in all.
    public func fixed(_ decimals: Int, minus: String = "-") -> String? {
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let rounded = (magnitude * scale).rounded()
        guard rounded < 1e15 else { return nil }
        let digits = String(Int(rounded))
        let padded = String(repeating: "0", count: Swift.max(decimals + 1 - digits.count, 0)) + digits
        let sign = self < 0 && rounded > 0 ? minus : ""
        guard decimals > 0 else { return sign + padded }
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}
