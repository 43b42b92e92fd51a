import Foundation

/// `gridkin serve demo`, in a process of its own, on a Unix socket.
struct ServerProcess: ~Copyable {
    private let child: ChildProcess

    /// Starts it, and returns once it listens.
    init(place: DemoPlace, children: ChildRegistry) throws {
        let arguments = [
            "serve", DemoPlace.name, "--indexes", place.indexes, "--socket", place.socketPath, "--quiet",
        ]
        let child = try ChildProcess(arguments, log: place.temporary + "/serve.log", children: children)
        let line = try child.firstLine()
        guard line.hasPrefix("listening on ") else { throw DemoError("`gridkin serve` said: \(line)") }
        self.child = child
    }

    /// Asks it to stop, and waits until it has.
    func stop() throws {
        try child.end(SIGTERM)
    }
}
