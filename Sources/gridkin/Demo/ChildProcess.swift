import Foundation

/// Another run of this program, which does not outlive the value that stands for it.
struct ChildProcess: ~Copyable {
    private let process = Process()
    private let output = Pipe()
    private let log: String
    private let children: ChildRegistry

    /// Starts `gridkin` with these arguments.
    ///
    /// - Parameters:
    ///   - log: the file that gets what it writes to stderr.
    ///   - children: where it is to be found in case of an interruption.
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
    /// - Throws: ``DemoError`` where it ends without one, or takes longer than a minute.
    func firstLine() throws -> String {
        let file = output.fileHandleForReading.fileDescriptor
        var descriptor = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, 60_000) > 0 else {
            throw DemoError("it said nothing for a minute; \(complaint)")
        }
        let text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let line = text.split(separator: "\n").first else { throw DemoError(complaint) }
        return String(line)
    }

    /// Sends a signal, if any, and waits for the end.
    ///
    /// - Throws: ``DemoError`` where its exit status is not 0.
    func end(_ signal: Int32? = nil) throws {
        if let signal { kill(process.processIdentifier, signal) }
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw DemoError(complaint)
        }
    }

    /// What it was, how it ended as far as it did, and the last it wrote to stderr.
    private var complaint: String {
        let name = "`gridkin \(process.arguments?.first ?? "")`"
        let text = FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let last = text.split(separator: "\n").suffix(5).joined(separator: "\n")
        let end = process.isRunning ? "is still running" : "ended with status \(process.terminationStatus)"
        return "\(name) \(end)" + (last.isEmpty ? " and said nothing" : "; it said:\n\(last)")
    }
}
