import Foundation
import Synchronization
import TestSupport

/// A server of another project, as Debian ships it. Killed at the end of the value's life.
final class RealServer: Sendable {
    private let number: Int32

    /// Starts it; what it prints goes into a file of its name in the folder.
    init(_ program: String, _ arguments: [String], in folder: TemporaryFolder) throws {
        guard let path = Self.path(of: program) else { throw ProgramFailure("\(program) is not installed") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        let log = folder.path("\(program).log")
        guard TemporaryFolder.exists(log) || FileManager.default.createFile(atPath: log, contents: nil) else {
            throw ProgramFailure("\(log) cannot be made")
        }
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try output.seekToEnd()
        process.standardOutput = output
        process.standardError = output
        // A program inherits which signals are blocked, and the threads of a test block those that end it.
        var (none, blocked) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &blocked)
        defer { pthread_sigmask(SIG_SETMASK, &blocked, nil) }
        try process.run()
        number = process.processIdentifier
    }

    deinit { kill(number, SIGKILL) }

    /// Ends it, and returns once nobody listens on its port.
    func end(_ signal: Int32, port: Int) async throws {
        kill(number, signal)
        try await wait { !Self.listens(port) }
    }

    /// Whether somebody listens on a port of loopback.
    static func listens(_ port: Int) -> Bool {
        guard let table = try? String(contentsOfFile: "/proc/net/tcp", encoding: .utf8) else { return false }
        let place = "0100007F:\(String(format: "%04X", port)) "
        return table.split(separator: "\n").contains { line in
            let words = line.split(separator: " ")
            return words.count > 3 && words[3] == "0A" && "\(words[1]) " == place
        }
    }

    /// Where a program lies; nil if it is not installed.
    static func path(of program: String) -> String? {
        ["/usr/bin", "/usr/sbin", "/usr/local/bin"].map { "\($0)/\(program)" }
            .first(where: FileManager.default.isExecutableFile)
    }

    /// A port of loopback that nobody uses now, below those that the system gives out.
    static func freePort() throws -> Int {
        for _ in 0..<1_000 {
            let port = Int.random(in: 20_000..<30_000)
            if !listens(port) { return port }
        }
        throw ProgramFailure("no port is free")
    }

    /// What a program prints.
    static func output(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
