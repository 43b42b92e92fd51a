internal import Text

/// The text of one file as UTF-8 whose lines end with a line feed, whatever the file has.
struct TextSource: ~Copyable {
    private static let blockSize = 64 << 10

    private var source: ByteSource
    /// How the file writes characters; to be set before the first byte is read.
    private(set) var encoding = TextEncoding.utf8
    /// Whether lines end with a carriage return alone, as on old Macs.
    private(set) var endsLinesWithReturns = false
    /// What the bytes would be as UTF-8, so far.
    private(set) var check = UTF8Check()

    /// The bytes that come first: those from which the encoding was recognised.
    private var first: ArraySlice<UInt8> = []
    private var transcoder: Transcoder?
    private var converted: [UInt8] = []
    private var passed = 0
    /// A failure after the first bytes; it is thrown when reading gets there.
    private var failure: ReadingsError?

    var name: String { source.name }
    var bytesRead: Int { source.bytesRead }

    /// Opens a file and recognises what kind of text it is.
    ///
    /// - Parameter encoding: how its characters are written; nil to recognise it. A file that turns out to be
    ///   Windows-1252 is opened again.
    static func opening(_ file: InputFile, encoding: TextEncoding?) throws(ReadingsError) -> TextSource {
        var text = TextSource(try file.open())
        try text.begin(encoding)
        return text
    }

    private init(_ source: consuming ByteSource) {
        self.source = source
    }

    /// Reads the first block.
    private mutating func begin(_ given: TextEncoding?) throws(ReadingsError) {
        var block = [UInt8](repeating: 0, count: Self.blockSize)
        let count = try readWhole(&block)
        let recognised = TextEncoding.of(block[..<count])
        first = block[recognised.mark..<count]
        encoding = given ?? recognised.encoding
        if given == nil, encoding == .utf8 {
            var check = UTF8Check()
            check.take(first.span)
            if check.isWindows1252 { encoding = .windows1252 }
        }
        transcoder = encoding == .utf8 ? nil : Transcoder(encoding)
        let (returns, feeds) =
            switch encoding {
            case .utf8, .windows1252: (first.contains(Byte.carriageReturn), first.contains(Byte.lineFeed))
            default: (false, true)
            }
        endsLinesWithReturns = returns && !feeds
    }

    /// Fills a block, unless the file ends: a small first part would be a poor sample.
    private mutating func readWhole(_ block: inout [UInt8]) throws(ReadingsError) -> Int {
        var filled = 0
        if let failure { throw failure }
        do throws(ReadingsError) {
            while filled < block.count {
                let count = try block.withUnsafeMutableBufferPointer { (bytes) throws(ReadingsError) in
                    try source.read(into: UnsafeMutableBufferPointer(rebasing: bytes[filled...]))
                }
                if count == 0 { break }
                filled += count
            }
        } catch {
            guard filled > 0 else { throw error }
            failure = error
        }
        return filled
    }

    /// Writes the next bytes of the text into `output` and returns how many; 0 at the end.
    mutating func read(into output: UnsafeMutableBufferPointer<UInt8>) throws(ReadingsError) -> Int {
        let count = transcoder == nil ? try readPlain(output) : try readConverted(output)
        if endsLinesWithReturns {
            for index in 0..<count where output[index] == Byte.carriageReturn {
                output[index] = Byte.lineFeed
            }
        }
        return count
    }

    private mutating func readPlain(
        _ output: UnsafeMutableBufferPointer<UInt8>
    ) throws(ReadingsError) -> Int {
        let count: Int
        if first.isEmpty {
            if let failure { throw failure }
            count = try source.read(into: output)
        } else {
            count = min(first.count, output.count)
            _ = output.update(fromContentsOf: first.prefix(count))
            first = first.dropFirst(count)
        }
        check.take(UnsafeMutableBufferPointer(rebasing: output[..<count]).span)
        return count
    }

    private mutating func readConverted(
        _ output: UnsafeMutableBufferPointer<UInt8>
    ) throws(ReadingsError) -> Int {
        while passed == converted.count {
            converted.removeAll(keepingCapacity: true)
            passed = 0
            if first.isEmpty {
                var block = [UInt8](repeating: 0, count: Self.blockSize)
                first = block[..<(try readWhole(&block))]
                if first.isEmpty { return 0 }
            }
            let block = first
            first = []
            var text: [UInt8] = []
            swap(&text, &converted)
            transcoder?.append(block.span, to: &text)
            converted = text
        }
        let count = min(converted.count - passed, output.count)
        _ = output.update(fromContentsOf: converted[passed..<passed + count])
        passed += count
        return count
    }
}
