import Foundation

/// `docs/protocol.md`, and the examples in it.
public struct ProtocolDocument: Sendable {
    /// A request of an example and the reply shown below it, where `…` stands for any run of characters.
    public struct Example: Sendable {
        /// The client's line, without its line ending.
        public let request: String
        /// The server's reply.
        public let reply: String
    }

    /// The text of the page.
    public let text: String

    /// Reads the page.
    ///
    /// - Throws: Foundation's error if the file cannot be read.
    public init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        text = try String(contentsOf: root.appending(path: "docs/protocol.md"), encoding: .utf8)
    }

    /// The examples of each block marked `protocol`; a block shows one connection.
    public var connections: [[Example]] {
        var connections: [[Example]] = []
        var requests: [String] = []
        var isInside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isInside = line == "```protocol"
                if isInside { connections.append([]) }
            } else if isInside, line.hasPrefix(">") {
                requests.append(String(line.dropFirst(line.hasPrefix("> ") ? 2 : 1)))
            } else if isInside, line.hasPrefix("< "), !requests.isEmpty {
                let example = Example(request: requests.removeFirst(), reply: String(line.dropFirst(2)))
                connections[connections.count - 1].append(example)
            }
        }
        return connections
    }
}
