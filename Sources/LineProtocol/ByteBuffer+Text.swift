internal import NIOCore

extension String.UTF8View {
    /// Calls `body` with the bytes, which are copied first if the string does not hold them in one piece.
    func withContiguousBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        if withContiguousStorageIfAvailable(body) == nil {
            Array(self).withUnsafeBufferPointer(body)
        }
    }
}

extension ByteBuffer {
    /// Appends text with a blank in place of whatever would break a line, cut at a scalar within `limit` bytes.
    mutating func writeSentence(_ text: String, limit: Int) {
        text.utf8.withContiguousBytes { bytes in
            var index = 0
            var written = 0
            while index < bytes.count {
                let breaking = bytes.scalarBreakingLines(at: index)
                let length = breaking?.length ?? bytes[index].scalarLength
                guard index + length <= bytes.count, written + length <= limit else { return }
                if breaking == nil {
                    writeBytes(bytes[index..<index + length])
                } else {
                    writeInteger(UInt8(ascii: " "))
                }
                written += length
                index += length
            }
        }
    }
}

extension UInt8 {
    /// How many bytes the scalar has that this byte begins.
    fileprivate var scalarLength: Int {
        switch self {
        case ..<0xC0: 1
        case ..<0xE0: 2
        case ..<0xF0: 3
        default: 4
        }
    }
}
