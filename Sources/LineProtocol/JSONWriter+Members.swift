// A name and its value in one call, so that a reply's source reads like the reply.

internal import Readings

extension JSONWriter {
    mutating func member(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
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
