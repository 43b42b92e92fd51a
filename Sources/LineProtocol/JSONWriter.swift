// Foundation's encoders build a tree of boxes and a Data before the first byte is sent. A reply's members are
// known where it is written, so they are written as bytes at once. The bytes are an array's, and the
// connection's buffer takes them in one piece: NIO's buffer checks its ownership and its bounds at every
// call, which for a reply of ten neighbours was a tenth of all the work of a query.
//
// Integers, times and text need no String in between. Floats do: `description` gives the shortest form that
// reads back to the same float, and the standard library has no public way to get it as bytes. A String of up
// to 15 characters, which holds every Float, lives in registers.

public import NIOCore
internal import Readings
internal import Text

/// Appends JSON to a buffer: no blanks, no line breaks, no control characters, never NaN or infinity.
public struct JSONWriter {
    private var bytes: [UInt8] = []
    /// Whether the next element of the array or object being written needs a comma before it.
    private var needsComma = false

    /// Appends what `body` writes, which must be one JSON value.
    public static func append(to buffer: inout ByteBuffer, _ body: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        writer.bytes.reserveCapacity(typicalBytes)
        body(&writer)
        buffer.writeBytes(writer.bytes)
    }

    /// Bytes that suffice for an answer with ten neighbours.
    private static let typicalBytes = 1_280

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

    /// Writes a member's name; its value must follow. The name is not escaped.
    public mutating func key(_ name: StaticString) {
        separate()
        put("\"")
        put(text: name)
        put(text: "\":")
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
        bytes.append(padded: Int64(value), width: 1)
        needsComma = true
    }

    /// Writes the shortest number that reads back to the same float; `null` in place of NaN and infinity,
    /// which JSON does not have.
    public mutating func number(_ value: some BinaryFloatingPoint & LosslessStringConvertible) {
        separate()
        if value.isFinite {
            var text = value.description
            text.withUTF8 { bytes.append(contentsOf: $0) }
        } else {
            put(text: "null")
        }
        needsComma = true
    }

    /// Writes a time as a string, ISO 8601 in UTC.
    mutating func time(_ time: Timestamp) {
        separate()
        put("\"")
        time.appendDescription(to: &bytes)
        put("\"")
        needsComma = true
    }

    /// Writes `true` or `false`.
    public mutating func boolean(_ value: Bool) {
        separate()
        put(text: value ? "true" : "false")
        needsComma = true
    }

    /// Writes a member without a value.
    public mutating func null(_ name: StaticString) {
        key(name)
        put(text: "null")
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
        bytes.append(UInt8(ascii: character))
    }

    private mutating func put(text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Writes text with its escapes; runs without escapes are written in one piece each.
    private mutating func escape(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var index = 0
        while index < bytes.count {
            guard let special = bytes.lineBreaking(at: index) else {
                index += 1
                continue
            }
            self.bytes.append(contentsOf: bytes[start..<index])
            writeEscape(of: special.scalar)
            index += special.length
            start = index
        }
        self.bytes.append(contentsOf: bytes[start...])
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
                bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The scalar at an index and its length in bytes, if it needs an escape in a JSON string of one line:
    /// the quote, the backslash, and what ``scalarBreakingLines(at:)`` finds.
    fileprivate func lineBreaking(at index: Int) -> (scalar: UInt32, length: Int)? {
        let byte = self[index]
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return (UInt32(byte), 1) }
        return scalarBreakingLines(at: index)
    }
}

// MARK: A name and its value in one call, so that a reply's source reads like the reply

extension JSONWriter {
    mutating func member(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }

    mutating func member(_ name: StaticString, _ value: Name) {
        member(name, value.text)
    }

    mutating func member(_ name: StaticString, _ value: Timestamp) {
        key(name)
        time(value)
    }

    mutating func member(_ name: StaticString, _ value: Int) {
        key(name)
        integer(value)
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        boolean(value)
    }

    mutating func member(_ name: StaticString, _ value: some BinaryFloatingPoint & LosslessStringConvertible)
    {
        key(name)
        number(value)
    }

    mutating func member(_ name: StaticString, _ values: [String]) {
        key(name)
        array(values) { writer, value in writer.string(value) }
    }
}
