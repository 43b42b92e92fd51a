internal import Foundation

/// A reading's values as SQLite keeps them: eight little-endian bytes a channel.
enum Values {
    static func data(_ values: ArraySlice<Double>) -> Data {
        var data = Data(capacity: values.count * 8)
        for value in values {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
        return data
    }

    static func array(_ data: Data) -> [Double] {
        data.withUnsafeBytes { bytes in
            (0..<bytes.count / 8).map { index in
                Double(
                    bitPattern: UInt64(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
                    )
                )
            }
        }
    }
}
