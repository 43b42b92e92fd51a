internal import LineProtocol
internal import NIOCore
internal import Readings
internal import Verdicts

extension FuzzTarget {
    /// The lines do not depend on how the bytes are divided when they arrive, and no line is longer than
    /// allowed.
    func lines(_ bytes: [UInt8]) throws(BrokenPromise) {
        guard let size = bytes.first.map({ Int($0) % 16 + 1 }) else { return }
        let rest = bytes.dropFirst()
        let whole = decoded([rest])
        let pieces = stride(from: rest.startIndex, to: rest.endIndex, by: size).map {
            rest[$0..<min($0 + size, rest.endIndex)]
        }
        try BrokenPromise.unless(decoded(pieces) == whole, "lines do not depend on how their bytes arrive")
        try BrokenPromise.unless(
            whole.allSatisfy { $0.count <= Self.lineBytes },
            "no line is longer than allowed"
        )
        for line in whole { try request(line) }
    }

    /// The longest line, kept short so that the inputs include longer ones.
    private static let lineBytes = 64

    private func decoded(_ pieces: [ArraySlice<UInt8>]) -> [[UInt8]] {
        var decoder = LineDecoder(maximumLength: Self.lineBytes)
        var lines: [ByteBuffer] = []
        for piece in pieces where (try? decoder.append(ByteBuffer(bytes: piece), to: &lines)) == nil {
            return lines.map { Array($0.readableBytesView) }
        }
        if let last = decoder.finish() { lines.append(last) }
        return lines.map { Array($0.readableBytesView) }
    }

    /// An accepted request is within the limits; a refused one is answered in one line of bounded length.
    func request(_ bytes: [UInt8]) throws(BrokenPromise) {
        try request(bytes, States())
        try request(bytes, Self.states)
    }

    /// States in the places of the first values.
    private static let states = States([
        State(name: "mode", words: ["1", "online"], column: 0),
        State(name: "x", words: ["null", "a b"], column: 2),
    ])

    private func request(_ bytes: [UInt8], _ states: States) throws(BrokenPromise) {
        do {
            switch try Request(parsing: ByteBuffer(bytes: bytes), states: states) {
            case .query(.reading(let reading), let options), .truth(.reading(let reading), let options),
                .push(let reading, let options), .pushRepeated(let reading, _, let options):
                try check(reading.meter, reading.values, options)
                let count = reading.values.count
                try BrokenPromise.unless(
                    count <= RequestLimit.values,
                    "a reading does not have too many values"
                )
            case .query(.window(let window), let options), .truth(.window(let window), let options):
                try check(window.meter, window.rows.flatMap(\.self), options)
                let lengths = Set(window.rows.map(\.count))
                try BrokenPromise.unless(lengths.count == 1, "a window is a rectangle")
            case .label(let meter, let choice, let label, let note):
                let kind = label.kind?.text.utf8.count ?? 1
                try BrokenPromise.unless(kind <= RequestLimit.kindBytes, "a kind is short")
                try check(meter, choice, note)
            case .unlabel(let meter, let choice, let note): try check(meter, choice, note)
            default: break
            }
        } catch let refusal as RequestError {
            var reply = ByteBuffer()
            Reply.error(refusal).append(to: &reply)
            let line = reply.readableBytesView
            try BrokenPromise.unless(line.count <= RequestLimit.sentenceBytes + 32, "an error is short")
            try BrokenPromise.unless(line.firstIndex(of: 10) == line.endIndex - 1, "an error is one line")
        } catch let broken as BrokenPromise {
            throw broken
        } catch {
            throw BrokenPromise(description: "a parser throws only RequestError, not \(error)")
        }
    }

    private func check(
        _ meter: Name,
        _ choice: ReadingChoice,
        _ note: LabelNote
    ) throws(BrokenPromise) {
        try BrokenPromise.unless(meter.text.utf8.count <= RequestLimit.nameBytes, "a name is short")
        try BrokenPromise.unless(!choice.parts.isEmpty, "a label is of a reading")
        for part in choice.parts {
            guard case .range(let first, let last) = part else { continue }
            try BrokenPromise.unless(first <= last, "a range goes forward")
        }
        for (_, text) in note.texts {
            let isShort = text?.utf8.count ?? 1 <= RequestLimit.noteBytes
            try BrokenPromise.unless(isShort, "a text beside a label is short")
        }
    }

    private func check(
        _ meter: Name,
        _ values: [Double],
        _ options: QueryOptions
    ) throws(BrokenPromise) {
        let isName = (1...RequestLimit.nameBytes).contains(meter.text.utf8.count)
        try BrokenPromise.unless(isName, "a name is 1 to 256 bytes")
        try BrokenPromise.unless(!values.isEmpty, "a reading has a value")
        let isSmall = values.allSatisfy { $0.isNaN || abs($0) <= RequestLimit.magnitude }
        try BrokenPromise.unless(isSmall, "a value is within the limit")
        let isFew = (1...RequestLimit.neighbours).contains(options.neighbours)
        let isNear = (1...RequestLimit.probes).contains(options.probes ?? 1)
        try BrokenPromise.unless(isFew && isNear, "k and probes are within the limits")
    }
}
