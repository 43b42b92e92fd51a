/// Makes new inputs by changing existing ones; equal random numbers give equal inputs.
package struct Mutator {
    private let seeds: [[UInt8]]
    private var random: any RandomNumberGenerator

    /// - Parameter seeds: at least one.
    package init(_ seeds: [[UInt8]], random: some RandomNumberGenerator) {
        precondition(!seeds.isEmpty, "a mutator needs at least one seed")
        (self.seeds, self.random) = (seeds, random)
    }

    /// One of the seeds with one to eight random changes.
    package mutating func next() -> [UInt8] {
        var bytes = pick(seeds)
        for _ in 0..<below(8) + 1 { mutate(&bytes) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let index = below(bytes.count + 1)
        let end = min(index + below(16) + 1, bytes.count)
        switch below(8) {
        case 0 where index < bytes.count: bytes[index] ^= 1 << UInt8(below(8))
        case 1 where index < bytes.count: bytes[index] = UInt8(below(256))
        case 2: bytes.insert(UInt8(below(256)), at: index)
        case 3: bytes.removeSubrange(index..<end)
        case 4: bytes.insert(contentsOf: bytes[index..<end], at: below(bytes.count + 1))
        case 5:
            let other = pick(seeds)
            let from = below(other.count + 1)
            bytes.insert(contentsOf: other[from..<min(from + 16, other.count)], at: index)
        case 6: bytes.insert(contentsOf: pick(Self.revealing), at: index)
        default: bytes.removeSubrange(index...)
        }
    }

    /// Pieces of text that often reveal errors in parsers.
    private static let revealing: [[UInt8]] =
        [
            "\r\n", "\"", "\\u0000", "\u{0}", "\u{feff}", "-", "1e309", "-1e-400", "nan",
            "99999999999999999999",
            "{", "[[", "]", "null", ",", ";", "\t", "é", "\u{1F600}", "k=", "0x1", "1970-01-01", "+00:00",
            "24:00",
        ].map { Array($0.utf8) }
        + [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], Array(repeating: 0xff, count: 8)]

    private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    private mutating func pick(_ all: [[UInt8]]) -> [UInt8] { all[below(all.count)] }
}
