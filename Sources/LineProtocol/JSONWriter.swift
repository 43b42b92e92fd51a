// Foundation's encoders build a tree of boxes and a Data before the first byte goes out. A reply's members are known
// where it is written, so they go straight into the buffer of the connection.
//
// Integers and text need no String in between. Floats do: the shortest form that reads back to the same float is
// what `description` gives, and the standard library has no public way to get it as bytes. Up to 15 characters, which
// is every Float, that String lives in registers.

public import NIOCore

/// Appends JSON to a buffer: no blanks, no line breaks, no control characters, never NaN or infinity.
public struct JSONWriter {
    private var buffer = ByteBuffer()
    /// Whether the next element of the array or object being written needs a comma before it.
    private var needsComma = false

    /// Appends what `body` writes. `body` is to write one JSON value.
    public static func append(to buffer: inout ByteBuffer, _ body: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        // Swapped, not copied: two owners of one buffer would make the first write copy it.
        swap(&buffer, &writer.buffer)
        body(&writer)
        swap(&buffer, &writer.buffer)
    }

    /// Writes an object whose members are what `body` writes.
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        nested(open: "{", close: "}", body)
    }

    /// Writes an array of what `write` writes for each element.
    public mutating func array<Element>(_ elements: [Element], _ write: (inout JSONWriter, Element) -> Void) {
        nested(open: "[", close: "]") { writer in
            for element in elements { write(&writer, element) }
        }
    }

    /// Writes a member's name; its value is to follow. The name is written as it is, so it must need no escapes.
    public mutating func key(_ name: StaticString) {
        separate()
        put("\"")
        buffer.writeStaticString(name)
        buffer.writeStaticString("\":")
        needsComma = false
    }

    /// Writes a string.
    public mutating func string(_ text: String) {
        separate()
        put("\"")
        text.utf8.withContiguousBytes { bytes in
            escape(bytes)
        }
        put("\"")
        needsComma = true
    }

    /// Writes an integer.
    public mutating func integer(_ value: Int) {
        separate()
        buffer.writeDecimal(value)
        needsComma = true
    }

    /// Writes the shortest number that reads back to the same float; `null` in place of NaN and infinity, which JSON
    /// does not have.
    public mutating func number(_ value: some BinaryFloatingPoint & LosslessStringConvertible) {
        separate()
        buffer.writeString(value.isFinite ? value.description : "null")
        needsComma = true
    }

    /// Writes `true` or `false`.
    public mutating func boolean(_ value: Bool) {
        separate()
        buffer.writeStaticString(value ? "true" : "false")
        needsComma = true
    }

    private mutating func nested(
        open: Unicode.Scalar,
        close: Unicode.Scalar,
        _ body: (inout JSONWriter) -> Void
    ) {
        separate()
        put(open)
        needsComma = false
        body(&self)
        put(close)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { put(",") }
    }

    private mutating func put(_ character: Unicode.Scalar) {
        buffer.writeInteger(UInt8(ascii: character))
    }

    /// Writes runs that need no escapes in one piece each.
    private mutating func escape(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var index = 0
        while index < bytes.count {
            guard let special = bytes.lineBreaking(at: index) else {
                index += 1
                continue
            }
            buffer.writeBytes(bytes[start..<index])
            writeEscape(of: special.scalar)
            index += special.length
            start = index
        }
        buffer.writeBytes(bytes[start...])
    }

    private mutating func writeEscape(of scalar: UInt32) {
        put("\\")
        switch scalar {
        case 0x22: put("\"")
        case 0x5C: put("\\")
        case 0x0A: put("n")
        case 0x0D: put("r")
        case 0x09: put("t")
        default:
            put("u")
            for shift in [12, 8, 4, 0] as [UInt32] {
                let digit = UInt8(truncatingIfNeeded: scalar >> shift & 0xF)
                buffer.writeInteger(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The scalar at an index and its length in bytes, if it must not stand in a JSON string of one line as it is:
    /// the quote, the backslash, and what ``scalarBreakingLines(at:)`` finds.
    fileprivate func lineBreaking(at index: Int) -> (scalar: UInt32, length: Int)? {
        let byte = self[index]
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return (UInt32(byte), 1) }
        return scalarBreakingLines(at: index)
    }
}
