import Foundation
package import TestSupport

/// `gridkin serve`, listening. Killed at the end of the value's life if it still runs.
package final class ServingProgram {
    /// The TCP port; 0 if it listens on a Unix socket alone.
    package let port: UInt16
    /// The port of HTTP; 0 without one.
    package let httpPort: UInt16
    private let process: StartedProcess
    private let folder: TemporaryFolder
    private let name: String

    /// Serves indexes and waits until it listens.
    ///
    /// - Parameters:
    ///   - names: the indexes.
    ///   - options: more arguments; without an address among them it listens on a port the system chooses.
    ///   - shell: as in ``Program/run(_:in:shell:limit:)``.
    package init(
        _ names: [String],
        in folder: TemporaryFolder,
        options: [String] = [],
        shell: String? = nil
    ) throws {
        self.folder = folder
        name = "serve-\(UUID().uuidString)"
        let hasAddress = options.contains("--listen") || options.contains("--socket")
        let arguments = ["serve"] + names + options + (hasAddress ? [] : ["--listen", "127.0.0.1:0"])
        process = try Program.start(arguments, in: folder, shell: shell, output: name)
        let output = "\(name).out"
        // A line for the port or the socket, which come together, and one for HTTP.
        let isWithHTTP = options.contains("--http")
        for _ in 0..<6_000 where !process.hasEnded {
            let text = try folder.text(output)
            if text.hasSuffix("\n"), text.split(separator: "\n").count > (isWithHTTP ? 1 : 0) { break }
            usleep(10_000)
        }
        let lines = try folder.text(output).split(separator: "\n")
        guard let line = lines.first, line.hasPrefix("listening on ") else {
            process.kill(SIGKILL)
            throw ProgramFailure("the server does not listen: \(try folder.text("\(name).err"))")
        }
        let tcp = lines.first { $0.hasPrefix("listening on 127.0.0.1:") }
        port = tcp.flatMap { $0.split(separator: ":").last.flatMap { UInt16($0) } } ?? 0
        let http = lines.first { $0.hasPrefix("listening on http") }
        httpPort = http.flatMap { $0.split(separator: ":").last.flatMap { UInt16($0) } } ?? 0
    }

    deinit { process.kill(SIGKILL) }

    /// What it has written to stderr.
    package var log: String { get throws { try folder.text("\(name).err") } }

    /// What it has written to stdout.
    package var output: String { get throws { try folder.text("\(name).out") } }

    package var processNumber: Int32 { process.number }

    /// The processor time it has used, in hundredths of a second.
    package var processorTicks: Int {
        get throws {
            let text = try String(contentsOfFile: "/proc/\(processNumber)/stat", encoding: .utf8)
            let words = text.drop { $0 != ")" }.split(separator: " ")
            return (Int(words[12]) ?? 0) + (Int(words[13]) ?? 0)
        }
    }

    package func connect() throws -> LineClient { try LineClient(port: port) }

    /// One connection's requests and their replies.
    package func ask(_ requests: String...) throws -> [String] { try connect().exchange(requests) }

    package func signal(_ signal: Int32) { process.kill(signal) }

    /// Asks it to stop and waits for its end.
    ///
    /// - Returns: its exit code.
    @discardableResult
    package func stop() throws -> Int32 {
        signal(SIGTERM)
        return try waitForEnd()
    }

    /// Ends it like a power cut, except that the system keeps what was written.
    package func crash() throws {
        signal(SIGKILL)
        _ = try waitForEnd()
    }

    package var hasEnded: Bool { process.hasEnded }

    package func waitForEnd() throws -> Int32 {
        guard process.waitForEnd(60) else { throw ProgramFailure("the server does not end: \(try log)") }
        return process.code
    }
}
