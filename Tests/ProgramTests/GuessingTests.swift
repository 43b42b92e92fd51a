import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("Guessing tokens, over the line protocol and over HTTP")
struct GuessingTests {
    private let folder: TemporaryFolder
    private let server: ServingProgram

    private static let reader = "a-token-to-read-with"
    private static let writer = "a-token-to-write-with"

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.small)
        let file = try folder.file("token", "read-only \(Self.reader)\nread-write \(Self.writer)\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let options = ["--token-file", file, "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"]
        server = try ServingProgram(["small"], in: folder, options: options)
    }

    /// A connection that has asked for a page.
    private func asking(_ path: String, _ token: String) throws -> LineClient {
        let client = try LineClient(port: server.httpPort)
        try client.send(
            "GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \(token)\r\n\r\n"
                .utf8
        )
        return client
    }

    private func status(_ client: LineClient) throws -> String {
        let lines = try client.linesToEnd().map { $0.trimmingCharacters(in: ["\r"]) }
        let status = try #require(lines.first).split(separator: " ")[1]
        #expect(
            (status == "429") == lines.contains { $0.lowercased().hasPrefix("retry-after: ") },
            "\(lines)"
        )
        return String(status)
    }

    private func metric(_ name: String, in page: [String]) -> Int? {
        page.first { $0.hasPrefix(name + " ") }.flatMap { Int($0.dropFirst(name.count + 1)) }
    }

    @Test("Both doors count the same: ten wrong tokens, then each is refused at either")
    func together() throws {
        let line = try server.connect()
        try line.send(String(repeating: "AUTH no-token-of-yours\n", count: 4).utf8)
        #expect(
            try (0..<4).allSatisfy { _ in try line.line()?.hasPrefix("ERR not_authorised wrong token") == true
            }
        )
        let began = ContinuousClock.now
        let guesses = try (0..<30).map { try asking("/metrics", "no-token-\($0)") }
        let statuses = try guesses.map(status)
        #expect(ContinuousClock.now - began >= .milliseconds(500), "a wrong token is answered later")
        #expect(statuses.count { $0 == "401" } == 6 && statuses.count { $0 == "429" } == 24, "\(statuses)")
        // Whoever has not shown a right token before from there must wait, at both doors.
        #expect(try status(asking("/metrics", Self.reader)) == "429")
        let refused = try server.ask("AUTH \(Self.reader)")[0]
        #expect(refused.hasPrefix("ERR not_authorised too many wrong tokens"), "\(refused)")
        // That is not a way to have a healthy server restarted.
        #expect(try status(asking("/healthz", "no-token-of-yours")) == "200")
        #expect(try status(asking("/readyz", "no-token-of-yours")) == "200")
        #expect(try server.log.contains("too many wrong tokens") && !server.log.contains("no-token"))
    }

    @Test("A client that was right before is let in during others' guesses, and sees them counted")
    func counted() throws {
        let line = try server.connect()
        #expect(try line.ask("AUTH \(Self.reader)") == #"OK {"authorised":true}"#)
        for client in try (0..<20).map({ try asking("/readyz", "no-token-\($0)") }) {
            #expect(try client.linesToEnd().last == #"{"status":"ready"}"#, "without the reasons")
        }
        let page = try asking("/metrics", Self.reader).linesToEnd()
        #expect(metric("gridkin_auth_failures_total", in: page) == 20)
        #expect(metric("gridkin_auth_refusals_total", in: page) == 10)
        #expect(try JSONObject(reply: line.ask("STATS")).integer("wrong_tokens") == 20)
    }

    @Test("A read-write token on a page that only reads is accepted, counted, and named once in the log")
    func excessive() throws {
        let sentence = "a read-write token was shown for a page that a read-only token may read"
        #expect(
            try metric(
                "gridkin_http_excessive_tokens_total",
                in: asking("/metrics", Self.reader).linesToEnd()
            ) == 0
        )
        #expect(try !server.log.contains(sentence))
        for count in 1...3 {
            let page = try asking("/metrics", Self.writer).linesToEnd()
            #expect(metric("gridkin_http_excessive_tokens_total", in: page) == count)
        }
        #expect(try server.log.components(separatedBy: sentence).count == 2)
        #expect(try !server.log.contains(Self.writer))
    }
}
