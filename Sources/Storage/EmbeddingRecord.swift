internal import Foundation
internal import Readings

/// One record of an ``EmbeddingCache``: little-endian, in the order of ``append(to:_:)``.
struct EmbeddingRecord {
    /// What all records of a file have in common.
    struct Format {
        /// The first bytes of the file.
        let header: [UInt8]
        /// The lengths of the embeddings of the first look and the second.
        let dimensions: [Int]
        /// Where the checksum of each record begins.
        fileprivate let checksum: RowChecksum

        init(manifest: String, dimension: Int, secondDimension: Int) {
            dimensions = [dimension, secondDimension]
            header = Array("gridkin embeddings 1\n\(manifest) \(dimension) \(secondDimension)\n".utf8)
            var checksum = RowChecksum()
            checksum.add(header)
            self.checksum = checksum
        }
    }

    let window: EmbeddingCache.Window
    /// Nil for a window that cannot be judged.
    let embedding: [Float]?
    /// Where the journal ended when the record was written.
    let end: JournalEnd

    private static let isSecondLook: UInt8 = 1
    private static let hasEmbedding: UInt8 = 2
    /// The length of the part before the name: the flags, the length of the name, the time, the journal's
    /// end.
    private static let fixed = 1 + 2 + 3 * 8

    init(window: EmbeddingCache.Window, embedding: [Float]?, end: JournalEnd) {
        self.window = window
        self.embedding = embedding
        self.end = end
    }

    /// Appends the record's bytes.
    func append(to bytes: inout [UInt8], _ format: Format) {
        let start = bytes.count
        let flags = (window.isSecond ? Self.isSecondLook : 0) | (embedding == nil ? 0 : Self.hasEmbedding)
        bytes.append(flags)
        let name = Array(window.meter.text.utf8)
        func add(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
        add(UInt16(clamping: name.count))
        add(window.time)
        add(end.number)
        add(end.checksum)
        bytes += name
        for value in embedding ?? [] { add(value.bitPattern) }
        add(Self.checksum(bytes[start...], format))
    }

    /// Reads a record.
    ///
    /// - Parameter place: where it begins; moved behind it.
    /// - Returns: nil where no whole, unaltered record begins.
    init?(_ bytes: UnsafeRawBufferPointer, at place: inout Int, _ format: Format) {
        guard place + Self.fixed <= bytes.count else { return nil }
        let flags = bytes[place]
        func number(_ offset: Int) -> Int64 {
            Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: place + offset, as: Int64.self))
        }
        let length = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: place + 1, as: UInt16.self))
        let values = place + Self.fixed + Int(length)
        let isSecond = flags & Self.isSecondLook != 0
        let count = flags & Self.hasEmbedding == 0 ? 0 : format.dimensions[isSecond ? 1 : 0]
        let last = values + count * MemoryLayout<Float>.size
        guard last + 8 <= bytes.count else { return nil }
        let checksum = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: last, as: Int64.self))
        guard checksum == Self.checksum(bytes[place..<last], format) else { return nil }
        let name = String(decoding: bytes[place + Self.fixed..<values], as: UTF8.self)
        window = EmbeddingCache.Window(meter: Name(name), time: number(3), isSecond: isSecond)
        end = JournalEnd(number: number(11), checksum: number(19))
        embedding =
            flags & Self.hasEmbedding == 0
            ? nil
            : (0..<count).map { index in
                let bits = bytes.loadUnaligned(fromByteOffset: values + index * 4, as: UInt32.self)
                return Float(bitPattern: UInt32(littleEndian: bits))
            }
        place = last + 8
    }

    private static func checksum(_ bytes: some Sequence<UInt8>, _ format: Format) -> Int64 {
        var checksum = format.checksum
        checksum.add(bytes)
        return checksum.value
    }
}
