import Foundation
import VectorIndex

/// Gridkin's side of `Benchmarks/search`: reads one command a line, answers with one line each.
///
/// The comparison decides the order: it asks for one measurement here, makes one of each other engine, and
/// starts over, so that other work of the machine affects all of them alike.
@main
struct SearchBenchmark {
    static func main() throws {
        guard CommandLine.arguments.count == 4, let dimension = Int(CommandLine.arguments[1]) else {
            throw Failure(reason: "usage: SearchBenchmark DIMENSION ROWS QUERIES")
        }
        var session = try Session(
            dimension: dimension,
            rows: floats(in: CommandLine.arguments[2]),
            queries: floats(in: CommandLine.arguments[3])
        )
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            FileHandle.standardOutput.write(Data((try session.obey(words) + "\n").utf8))
        }
    }

    /// A file of raw float32 in the machine's byte order.
    private static func floats(in path: String) throws -> [Float] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        return bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }
}

/// Why the benchmark cannot continue.
struct Failure: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
