import Statistics
import Testing
import Text

/// Eight bytes at a time, against a loop over the bytes.
@Suite struct WordsTests {
    /// Bytes that differ from those looked for in one bit, or by one, are the likeliest mistakes.
    private static let alphabet: [UInt8] = [0, 1, 9, 10, 11, 33, 34, 35, 43, 44, 45, 127, 128, 138, 172, 255]

    private func text(_ random: inout SplitMix64, upTo limit: Int) -> [UInt8] {
        (0..<random.index(limit)).map { _ in Self.alphabet[random.index(Self.alphabet.count)] }
    }

    @Test func findsTheFirstOfThreeBytes() {
        var random = SplitMix64(seed: 71)
        for _ in 0..<20_000 {
            let bytes = text(&random, upTo: 40)
            let start = random.index(bytes.count + 1)
            let end = start + random.index(bytes.count - start + 1)
            let delimiter = Self.alphabet[random.index(Self.alphabet.count)]
            let found = ByteFinder(delimiter, 10, 34).find(in: bytes.span, from: start, to: end)
            let naive = bytes[start..<end].firstIndex { $0 == delimiter || $0 == 10 || $0 == 34 }
            #expect(found == naive ?? end, "\(bytes) \(start) \(end) \(delimiter)")
        }
    }

    @Test func findsTheFirstByteBeyondASCII() {
        var random = SplitMix64(seed: 72)
        for _ in 0..<10_000 {
            let bytes =
                text(&random, upTo: 12) + Array(repeating: 65, count: random.index(20))
                + text(&random, upTo: 12)
            let start = random.index(bytes.count + 1)
            let naive = bytes[start...].firstIndex { $0 >= 0x80 } ?? bytes.count
            #expect(bytes.span.firstBeyondASCII(from: start) == naive, "\(bytes) \(start)")
        }
    }

    @Test func readsWordsWithinATextAlone() {
        var random = SplitMix64(seed: 73)
        for _ in 0..<5_000 {
            // Within a larger text: what is beside a part must not be seen.
            let bytes = text(&random, upTo: 40)
            let start = random.index(bytes.count + 1)
            let end = start + random.index(bytes.count - start + 1)
            let part = bytes.span.extracting(start..<end)
            for at in 0...part.count + 1 {
                var naive: UInt64 = 0
                for offset in 0..<8 where at + offset < part.count {
                    naive |= UInt64(part[at + offset]) << UInt64(offset * 8)
                }
                #expect(part.partialWord(at) == naive)
            }
        }
    }

    @Test func comparesTexts() {
        var random = SplitMix64(seed: 74)
        var (same, different) = (0, 0)
        for _ in 0..<20_000 {
            let first = text(&random, upTo: 40)
            var second = first
            switch random.index(4) {
            case 0 where !second.isEmpty: second[random.index(second.count)] ^= 1 << UInt8(random.index(8))
            case 1: second.append(0)
            case 2: second = text(&random, upTo: 40)
            default: break
            }
            #expect(first.span.isSame(as: second.span) == (first == second))
            if first == second { same += 1 } else { different += 1 }
        }
        #expect(same > 1_000 && different > 1_000)
    }
}
