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

extension UInt8 {
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
