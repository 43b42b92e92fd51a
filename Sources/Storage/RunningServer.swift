internal import Foundation

/// How commands on the same machine reach the server of an index: the note that the server wrote into its
/// serving lock.
///
/// The note holds no secret: it says that a token is needed, and not which.
public struct RunningServer: Equatable, Sendable {
    /// The server's process id.
    public internal(set) var process = 0
    /// The paths of its Unix sockets, absolute. Empty for none.
    public let sockets: [String]
    /// Its TCP addresses, as `host:port`. Empty for none.
    public let addresses: [String]
    /// Whether its TCP connections are TLS. Unix sockets never are.
    public let hasTLS: Bool
    /// Whether it requires a token.
    public let needsToken: Bool

    /// A server that listens, as it describes itself.
    public init(sockets: [String], addresses: [String], hasTLS: Bool, needsToken: Bool) {
        self.sockets = sockets
        self.addresses = addresses
        self.hasTLS = hasTLS
        self.needsToken = needsToken
    }

    /// The members of the note. Later versions may add some; they are ignored here.
    private struct Note: Codable {
        let sockets: [String]
        let addresses: [String]
        let hasTLS: Bool
        let needsToken: Bool
    }

    var json: String? {
        let note = Note(sockets: sockets, addresses: addresses, hasTLS: hasTLS, needsToken: needsToken)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(note)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Reads the note behind the process id in a lock's file. There are no addresses without one: the server
    /// is not listening yet, or is of an earlier version.
    fileprivate init(process: Int, note: String) {
        let parsed = note.split(separator: "\n").dropFirst().first.flatMap { line in
            try? JSONDecoder().decode(Note.self, from: Data(line.utf8))
        }
        self.init(
            sockets: parsed?.sockets ?? [],
            addresses: parsed?.addresses ?? [],
            hasTLS: parsed?.hasTLS ?? false,
            needsToken: parsed?.needsToken ?? false
        )
        self.process = process
    }
}

extension IndexFolder {
    /// The server that holds the serving lock of this index; nil if there is none. The file of a server that
    /// died is ignored.
    public var server: RunningServer? {
        IndexLock.note(of: self, for: .serving).map { RunningServer(process: $0.process, note: $0.text) }
    }
}
