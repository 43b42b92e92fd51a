import ReadingSources
import Readings
import Statistics
import Testing

@Suite struct RecordScannerTests {
    typealias Record = NaiveRecords.Record

    /// Scans bytes that arrive in the given pieces.
    private func scan(_ pieces: [ArraySlice<UInt8>], delimiter: UInt8) -> [Record] {
        var scanner = RecordScanner(delimiter: delimiter)
        var waiting = pieces.filter { !$0.isEmpty }
        var records: [Record] = []
        while true {
            switch scanner.next() {
            case .row:
                let bytes = scanner.isRewritten ? scanner.rewritten : scanner.buffer
                let fields = scanner.fields.map { String(decoding: bytes[$0], as: UTF8.self) }
                records.append(.row(line: scanner.line, fields: fields, raw: raw(scanner)))
            case .rejected(let rejection):
                records.append(.rejected(line: scanner.line, rejection, raw: raw(scanner)))
            case .needsBytes:
                _ = scanner.fill { room in give(&waiting, room) }
            case .ended:
                return records
            }
        }
    }

    private func raw(_ scanner: RecordScanner) -> String {
        String(decoding: scanner.buffer[scanner.record], as: UTF8.self)
    }

    private func give(_ pieces: inout [ArraySlice<UInt8>], _ room: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard let piece = pieces.first else { return 0 }
        let part = piece.prefix(room.count)
        _ = room.update(fromContentsOf: part)
        pieces[0] = piece.dropFirst(part.count)
        if pieces[0].isEmpty { pieces.removeFirst() }
        return part.count
    }

    private func chunks(_ bytes: [UInt8], of size: Int) -> [ArraySlice<UInt8>] {
        stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
    }

    /// Mostly well-formed text, with enough quotes and line ends in it to go wrong often.
    private func randomText(_ random: inout SplitMix64, _ delimiter: String) -> String {
        let pieces = [
            "a", "12.5", " ", "é", delimiter, delimiter, "\n", "\n", "\r\n", "\r", "\"", "\"\"", "\"x\"",
            "\"\"\"\"",
            "\"a\(delimiter)b\"", "\"two\nlines\"", "\(delimiter)\"q\"\"q\"\(delimiter)", "\"\n", ";", ",",
            "\t",
        ]
        return (0..<Int.random(in: 0..<24, using: &random)).map { _ in
            pieces.randomElement(using: &random) ?? ""
        }
        .joined()
    }

    @Test(arguments: [",", ";", "\t"]) func agreesWithTheNaiveReaderAtEverySplit(delimiter: String) throws {
        var random = SplitMix64(seed: 31)
        let byte = try #require(delimiter.utf8.first)
        for _ in 0..<120 {
            let bytes = Array(randomText(&random, delimiter).utf8)
            let expected = NaiveRecords.read(bytes, delimiter: byte)
            #expect(scan([bytes[...]], delimiter: byte) == expected)
            #expect(scan(chunks(bytes, of: 1), delimiter: byte) == expected)
            for split in bytes.indices {
                #expect(scan([bytes[..<split], bytes[split...]], delimiter: byte) == expected)
            }
        }
    }

    @Test func agreesWithTheNaiveReaderOnAMegabyte() {
        var random = SplitMix64(seed: 32)
        var bytes: [UInt8] = []
        while bytes.count < 1 << 20 { bytes += Array(randomText(&random, ",").utf8) }
        bytes.append(10)
        let expected = NaiveRecords.read(Array(bytes.prefix(200_000)), delimiter: 44)
        for size in [7_919, 65_536, 1 << 20] {
            let found = scan(chunks(Array(bytes.prefix(200_000)), of: size), delimiter: 44)
            #expect(found == expected)
        }
        #expect(scan(chunks(bytes, of: 50_021), delimiter: 44) == scan([bytes[...]], delimiter: 44))
    }

    @Test(arguments: [1_021, 65_536, 262_144, 1 << 22]) func keepsTheLongestLineAndRejectsALongerOne(
        chunk: Int
    ) {
        let limit = RecordScanner.lineLimit
        for (ending, length) in [
            ("\n", 0), ("\r\n", 0), ("\n", 1), ("\r\n", 1), ("\n", 700_000), ("\n", 3_000_000),
        ] {
            let long = "1," + String(repeating: "x", count: limit - 2 + length)
            let found = scan(chunks(Array("a,b\(ending)\(long)\(ending)3,4".utf8), of: chunk), delimiter: 44)
            let middle: Record =
                length == 0
                ? .row(line: 2, fields: ["1", String(long.dropFirst(2))], raw: long)
                : .rejected(line: 2, .lineTooLong, raw: String(long.prefix(RecordScanner.excerptLength)))
            #expect(found.count == 3 && found[1] == middle)
            #expect(found.last == .row(line: 3, fields: ["3", "4"], raw: "3,4"))
        }
    }

    @Test(arguments: [1_021, 65_536, 1 << 22]) func losesOneLineToAQuoteThatIsNeverClosed(chunk: Int) {
        let rest = String(repeating: "1,2\n", count: 400_000)
        let found = scan(chunks(Array("a,b\n1,\"2\n\(rest)".utf8), of: chunk), delimiter: 44)
        #expect(found.count == 400_002)
        #expect(found[1] == .rejected(line: 2, .unclosedQuote, raw: "1,\"2"))
        #expect(found.last == .row(line: 400_002, fields: ["1", "2"], raw: "1,2"))
    }

    @Test func rewindsToTheMark() {
        var scanner = RecordScanner()
        var waiting = [ArraySlice("a,b\n1,\"x\"\"y\"\n2,3\n".utf8)]
        _ = scanner.fill { give(&waiting, $0) }
        #expect(scanner.next() == .row)
        scanner.markPosition()
        #expect(scanner.next() == .row)
        #expect(scanner.next() == .row)
        scanner.rewind()
        #expect(scanner.next() == .row)
        #expect(scanner.line == 2 && scanner.isRewritten)
        #expect(String(decoding: scanner.rewritten, as: UTF8.self) == "1x\"y")
    }
}
