import Foundation

/// `docs/protocol.md`, and the examples in it.
public struct ProtocolDocument: Sendable {
    /// A request of an example and the reply shown below it, where `…` stands for any run of characters.
    public struct Example: Sendable {
        /// What the client sends, without its line ending.
        public let request: String
        /// What the server replies.
        public let reply: String
    }

    /// The whole page.
    public let text: String

    /// Reads the page.
    ///
    /// - Throws: what Foundation says where it is not there.
    public init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        text = try String(contentsOf: root.appending(path: "docs/protocol.md"), encoding: .utf8)
    }

    /// One array for each block marked `protocol`, which is one connection.
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
