internal import Foundation

/// The parsers that read untrusted input, each with the promises it makes for every input.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case lines, request, window, csv, urban, timestamp, stamps, numbers, manifest, safetensors, catalog
    case bucket, database, periods, settings

    /// Gives one input to the parser.
    ///
    /// - Throws: ``BrokenPromise``. Refusing an input is not a broken promise. A trap or a hang ends or stops
    ///   the process.
    package func run(_ bytes: [UInt8]) throws(BrokenPromise) {
        switch self {
        case .lines: try lines(bytes)
        case .request: try request(bytes)
        case .window: try request(Array("QUERY {".utf8) + bytes)
        case .csv: try csv(bytes)
        case .urban: try urban(bytes)
        case .timestamp: try timestamp(bytes)
        case .stamps: try stamps(bytes)
        case .numbers: try numbers(bytes)
        case .manifest: try manifest(bytes)
        case .safetensors: try safetensors(bytes)
        case .catalog: catalog(bytes)
        case .bucket: try bucket(bytes)
        case .database: try database(bytes)
        case .periods: try periods(bytes)
        case .settings: try settings(bytes)
        }
    }

    /// The inputs to begin with, by file name.
    package var seeds: [(name: String, bytes: [UInt8])] {
        get throws {
            let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            let folder = root.appendingPathComponent("Tests/Torture/corpus/\(rawValue)").path
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
                (name, try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))))
            }
        }
    }

    /// A file in memory, one for each process and parser.
    var scratch: URL { URL(fileURLWithPath: "/dev/shm/gridkin-fuzz-\(getpid()).\(rawValue)") }

    /// Removes the scratch file after the last input.
    package func removeScratch() { try? FileManager.default.removeItem(at: scratch) }
}

/// A parser broke one of its promises: it accepted an input that it must refuse, or returned a wrong result.
package struct BrokenPromise: Error, CustomStringConvertible {
    package let description: String

    /// Throws unless a promise holds.
    static func unless(_ holds: Bool, _ promise: String) throws(BrokenPromise) {
        if !holds { throw BrokenPromise(description: promise) }
    }
}
