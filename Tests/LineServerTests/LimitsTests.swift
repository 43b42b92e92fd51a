import Foundation
import LineServer
import Testing

@Suite("Limits")
struct LimitsTests {
    @Test("The defaults are those of docs/protocol.md")
    func documented() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/protocol.md"), encoding: .utf8)
        let limits = Limits()
        #expect(text.contains("\n| connections | \(limits.connections) | "))
        #expect(text.contains("\n| connections from one address | \(limits.connectionsOfAPeer) | "))
        let line = limits.lineTime.components.seconds
        #expect(text.contains("\n| time from a line's beginning to its end | \(line) seconds | "))
        #expect(text.contains("\n| wrong tokens of a connection | \(limits.auths), half a second each | "))
        #expect(text.contains("\n| TLS handshake | \(limits.handshakeTime.components.seconds) seconds | "))
        #expect(limits.unreadBytes == 262_144)
        #expect(text.contains("\n| unread requests of a connection | 262,144 bytes | "))
        #expect(
            text.contains(
                "\n| time without a whole request | \(limits.idleTime.components.seconds) seconds | "
            )
        )
        #expect(
            text.contains(
                "\n| time without taking a waiting reply | \(limits.writeTime.components.seconds) seconds | "
            )
        )
        #expect(text.contains(" for up to \(limits.lingerTime.components.seconds) seconds"))
    }
}
