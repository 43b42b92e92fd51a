/// Zip archives without a compressor: stored entries only (APPNOTE.TXT 6.3.10).
enum Zip {
    struct Entry {
        var name: [UInt8]
        var bytes: [UInt8]
        /// Bit 0: encrypted. Bit 11: the name is UTF-8.
        var flags: UInt16 = 1 << 11
        /// What the archive says of its size; nil for the truth.
        var size: Int?

        init(_ name: String, _ text: String) {
            self.name = Array(name.utf8)
            bytes = Array(text.utf8)
        }

        init(_ name: [UInt8], _ bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    static func archive(_ entries: [Entry]) -> [UInt8] {
        var (archive, directory): ([UInt8], [UInt8]) = ([], [])
        for entry in entries {
            let place = archive.count
            archive += number(0x0403_4b50, 4) + description(of: entry) + entry.name + entry.bytes
            // Made by Unix; no comment, the first disk, a regular file that all may read.
            directory += number(0x0201_4b50, 4) + number(0x0314, 2) + description(of: entry) + number(0, 6)
            directory += number(0x81a4_0000, 4) + number(place, 4) + entry.name
        }
        let place = archive.count
        archive += directory + number(0x0605_4b50, 4) + number(0, 4)
        archive += number(entries.count, 2) + number(entries.count, 2)
        return archive + number(directory.count, 4) + number(place, 4) + number(0, 2)
    }

    /// What the entry's own header and the directory have in common, from the version to the extra field's
    /// length.
    private static func description(of entry: Entry) -> [UInt8] {
        let size = entry.size ?? entry.bytes.count
        return number(20, 2) + number(Int(entry.flags), 2) + number(0, 2) + number(0x5821_0000, 4)
            + number(Int(Gzip.checksum(entry.bytes)), 4) + number(entry.bytes.count, 4) + number(size, 4)
            + number(entry.name.count, 2) + number(0, 2)
    }

    private static func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
