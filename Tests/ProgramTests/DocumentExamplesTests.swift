import ProgramSupport
import TestSupport
import Testing

@Suite("The examples of docs/protocol.md, against a real server")
struct DocumentExamplesTests {
    @Test("Every reply is the one on the page, from top to bottom")
    func topToBottom() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.demo)
        let server = try ServingProgram(["demo"], in: folder)
        let connections = try ProtocolDocument().connections
        #expect(connections.count > 10)
        for examples in connections {
            let client = try server.connect()
            for example in examples {
                let reply = try client.ask(example.request)
                #expect(Self.matches(reply, example.reply), "\(example.request)\n\(reply)\n\(example.reply)")
            }
            if examples.last?.request == "QUIT" { #expect(try client.line() == nil) }
        }
        #expect(try server.stop() == 0)
    }

    @Test("Lines that arrive together get the same replies")
    func together() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.demo)
        let server = try ServingProgram(["demo"], in: folder)
        let examples = try ProtocolDocument().connections.flatMap(\.self).filter {
            !$0.request.hasPrefix("STATS")
        }
        let replies = try server.connect().exchange(examples.map(\.request))
        for (example, reply) in zip(examples, replies) {
            #expect(Self.matches(reply, example.reply), "\(example.request)\n\(reply)\n\(example.reply)")
        }
    }

    /// Whether a reply is what a pattern describes; `…` stands for any run of characters.
    static func matches(_ reply: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "…", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return reply == pattern }
        guard reply.hasPrefix(first) else { return false }
        var rest = reply.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
