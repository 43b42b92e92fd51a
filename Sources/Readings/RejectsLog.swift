// Counts rejected rows and writes them down: `file,line,reason,row`. The file comes into being with the first
// rejected row, so that its existence says something.

internal import Glibc

/// Everything about the rows that were left out.
struct RejectsLog: ~Copyable {
    /// One reason's rows within a file.
    struct Tally {
        var count: Int
        let exampleLine: Int
        let example: String
    }

    private let path: String?
    private var output: TextFile?
    /// The reasons of the file being read.
    private var tallies: [Rejection: Tally] = [:]
    /// The reasons of all files.
    private(set) var reasons: [String: Int] = [:]
    private(set) var count = 0

    init(path: String?) {
        self.path = path
    }

    /// Where the rows were written; nil where none were.
    var writtenPath: String? { output == nil ? nil : path }

    /// Starts counting for the next file.
    mutating func beginFile() {
        tallies = [:]
    }

    /// Takes note of a rejected row.
    mutating func add(
        _ rejection: Rejection,
        file: String,
        line: Int,
        row: ArraySlice<UInt8>
    ) throws(ReadingsError) {
        count += 1
        reasons[rejection.reason, default: 0] += 1
        if let tally = tallies[rejection] {
            tallies[rejection] = Tally(
                count: tally.count + 1,
                exampleLine: tally.exampleLine,
                example: tally.example
            )
        } else {
            let excerpt = String(decoding: row.prefix(80), as: UTF8.self) + (row.count > 80 ? "…" : "")
            tallies[rejection] = Tally(count: 1, exampleLine: line, example: excerpt)
        }
        guard let path else { return }
        if output == nil { output = try Self.create(path) }
        try output?.write { bytes in
            bytes.append(csv: file.utf8)
            bytes.append(Byte.comma)
            bytes.append(padded: Int64(line), width: 1)
            bytes.append(Byte.comma)
            bytes.append(csv: rejection.reason.utf8)
            bytes.append(Byte.comma)
            bytes.append(csv: row)
            bytes.append(Byte.lineFeed)
        }
    }

    /// The file's three most common reasons, each with its first line, as part of a sentence.
    var commonReasons: String {
        let order = tallies.sorted {
            ($1.value.count, $0.value.exampleLine) < ($0.value.count, $1.value.exampleLine)
        }
        return order.prefix(3).map { rejection, tally in
            "\(tally.count) x \(rejection.reason) (line \(tally.exampleLine): `\(tally.example)`)"
        }.joined(separator: ", ")
    }

    /// Hands everything to the system.
    mutating func flush() throws(ReadingsError) {
        try output?.flush()
    }

    private static func create(_ path: String) throws(ReadingsError) -> TextFile {
        var file = try TextFile(path: path, failingWith: .rejectsUnwritable)
        try file.write { $0.append(contentsOf: "file,line,reason,row\n".utf8) }
        return file
    }
}
