import Foundation
import Synchronization

/// Another run of this program. It ends at the latest with the value that represents it.
struct ChildProcess: ~Copyable {
    private let process = Process()
    private let output = Pipe()
    private let log: String
    private let children: ChildRegistry

    /// Starts `gridkin` with these arguments.
    ///
    /// - Parameters:
    ///   - log: the file that gets what it writes to stderr.
    ///   - children: the registry whose processes an interruption ends.
    init(_ arguments: [String], log: String, children: ChildRegistry) throws {
        self.log = log
        self.children = children
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle(forWritingAtPath: log) ?? FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw DemoError("`gridkin \(arguments[0])` could not be started: \(error.localizedDescription)")
        }
        children.add(process.processIdentifier)
    }

    deinit {
        if process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        children.remove(process.processIdentifier)
    }

    var isRunning: Bool { process.isRunning }

    /// Waits for the first line it prints.
    ///
    /// - Throws: ``DemoError`` if it ends without one, or takes longer than a minute.
    func firstLine() throws -> String {
        let file = output.fileHandleForReading.fileDescriptor
        var descriptor = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, 60_000) > 0 else {
            throw DemoError("it printed nothing for a minute; \(failure)")
        }
        let text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let line = text.split(separator: "\n").first else { throw DemoError(failure) }
        return String(line)
    }

    /// Sends a signal, if any, and waits for the end.
    ///
    /// - Throws: ``DemoError`` if its exit status is not 0.
    func end(_ signal: Int32? = nil) throws {
        if let signal { kill(process.processIdentifier, signal) }
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw DemoError(failure)
        }
    }

    /// The command, how it ended, and its last lines on stderr.
    private var failure: String {
        let name = "`gridkin \(process.arguments?.first ?? "")`"
        let text = FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let last = text.split(separator: "\n").suffix(5).joined(separator: "\n")
        let end = process.isRunning ? "is still running" : "ended with status \(process.terminationStatus)"
        return "\(name) \(end)" + (last.isEmpty ? " and printed nothing" : "; it printed:\n\(last)")
    }
}

/// The child processes, so that all of them end with this one.
final class ChildRegistry: Sendable {
    private let processes = Mutex<Set<Int32>>([])

    func add(_ process: Int32) {
        processes.withLock { _ = $0.insert(process) }
    }

    func remove(_ process: Int32) {
        processes.withLock { _ = $0.remove(process) }
    }

    /// Asks all of them to end.
    func terminate() {
        for process in processes.withLock({ $0 }) { kill(process, SIGTERM) }
    }
}

/// `gridkin serve demo` in another process, on a Unix socket.
struct ServerProcess: ~Copyable {
    private let child: ChildProcess

    /// Starts it, and returns once it listens.
    init(place: DemoPlace, children: ChildRegistry) throws {
        let arguments = [
            "serve", DemoPlace.name, "--indexes", place.indexes, "--socket", place.socketPath, "--quiet",
        ]
        let child = try ChildProcess(arguments, log: place.temporary + "/serve.log", children: children)
        let line = try child.firstLine()
        guard line.hasPrefix("listening on ") else { throw DemoError("`gridkin serve` printed: \(line)") }
        self.child = child
    }

    /// Asks it to stop, and waits until it has.
    func stop() throws {
        try child.end(SIGTERM)
    }
}
