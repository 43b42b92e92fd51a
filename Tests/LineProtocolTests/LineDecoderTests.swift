import LineProtocol
import NIOCore
import Statistics
import Testing
import Verdicts

@Suite("LineDecoder")
struct LineDecoderTests {
    /// The lines of a stream that arrives in these chunks, and whether it ended for a line too long.
    private func decode(
        _ chunks: [some Collection<UInt8>],
        limit: Int = RequestLimit.lineBytes
    ) -> (lines: [String], isTooLong: Bool) {
        var decoder = LineDecoder(maximumLength: limit)
        var lines: [ByteBuffer] = []
        do {
            for chunk in chunks { try decoder.append(ByteBuffer(bytes: chunk), to: &lines) }
        } catch {
            return (lines.map { String(buffer: $0) }, true)
        }
        if let last = decoder.finish() { lines.append(last) }
        return (lines.map { String(buffer: $0) }, false)
    }

    /// The slow, obvious twin: split at LF, drop one CR, and check each length.
    private func naive(_ text: [UInt8], limit: Int) -> (lines: [String], isTooLong: Bool) {
        var pieces = text.split(separator: 10, omittingEmptySubsequences: false)
        if pieces.last?.isEmpty == true { pieces.removeLast() }
        var lines: [String] = []
        for piece in pieces {
            let line = piece.last == 13 ? piece.dropLast() : piece
            if line.count > limit { return (lines, true) }
            lines.append(String(decoding: line, as: UTF8.self))
        }
        return (lines, false)
    }

    @Test("Every split into two and three chunks gives the same lines")
    func everySplitPoint() {
        let text = Array("PING\r\n\nQUERY a \u{e9}\n\r\n12345678\r\n1234567\r\r\nlast\r".utf8)
        let expected = naive(text, limit: 16)
        #expect(!expected.isTooLong)
        for first in 0...text.count {
            for second in first...text.count {
                let found = decode([text[..<first], text[first..<second], text[second...]], limit: 16)
                #expect(found.lines == expected.lines && !found.isTooLong, "split at \(first) and \(second)")
            }
        }
    }

    @Test("Byte by byte", arguments: ["", "\n", "a", "a\n", "a\r\nb", "\r", "\r\r\n", "a\rb\n"])
    func byteByByte(text: String) {
        let bytes = Array(text.utf8)
        #expect(decode(bytes.map { [$0] }).lines == naive(bytes, limit: 100).lines)
    }

    @Test("The limit is exact, whole or in pieces, with LF and CR LF", arguments: ["\n", "\r\n", ""])
    func exactLimit(ending: String) {
        for length in 6...10 {
            let text = Array((String(repeating: "x", count: length) + ending + "y\n").utf8)
            let expected = ending.isEmpty ? length + 1 > 8 : length > 8
            for split in 0...text.count {
                let found = decode([text[..<split], text[split...]], limit: 8)
                #expect(found.isTooLong == expected, "\(length) bytes, split at \(split)")
            }
            #expect(decode(text.map { [$0] }, limit: 8).isTooLong == expected)
        }
    }

    @Test("The lines before one too long are kept")
    func linesBeforeOverflow() {
        let found = decode([Array("one\ntwo\n123456789\nthree\n".utf8)], limit: 8)
        #expect(found.lines == ["one", "two"])
        #expect(found.isTooLong)
    }

    @Test("Random streams in random chunks agree with splitting the whole")
    func randomStreams() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { (_) -> UInt8 in
                [UInt8(ascii: "a"), 10, 13, 32].randomElement(using: &random) ?? 0
            }
            var chunks: [ArraySlice<UInt8>] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let length = Int.random(in: 1...rest.count, using: &random)
                chunks.append(rest.prefix(length))
                rest = rest.dropFirst(length)
            }
            let expected = naive(bytes, limit: 12)
            let found = decode(chunks, limit: 12)
            #expect(found.lines == expected.lines && found.isTooLong == expected.isTooLong, "\(bytes)")
        }
    }

    @Test("A line of 64 KiB passes, one byte more does not")
    func documentedLimit() {
        let longest = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
        #expect(decode([longest + [10]]).lines.map(\.utf8.count) == [65_536])
        #expect(decode([longest + [13, 10]]).lines.map(\.utf8.count) == [65_536])
        #expect(decode([longest + [120, 10]]).isTooLong)
        #expect(decode([longest + [120]]).isTooLong)
    }
}
