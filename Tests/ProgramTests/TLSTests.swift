import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("TLS, with the client of OpenSSL")
struct TLSTests {
    static let hasOpenSSL = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    private let folder: TemporaryFolder

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.small)
    }

    /// Runs a line of shell in the folder.
    @discardableResult
    private func shell(_ line: String, limit: Int = 60) throws -> Finished {
        try Program.run(["list"], in: folder, shell: line, limit: limit)
    }

    /// A certificate and its key, signed by itself or by an authority.
    private func certificate(_ name: String, by authority: String? = nil, days: Int = 2) throws {
        let signed = authority.map { "-CA \($0).pem -CAkey \($0).key" } ?? ""
        let made = try shell(
            """
            umask 077; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days \(days) \
            -subj /CN=\(name) -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout \(name).key -out \(name).pem \(signed)
            """
        )
        try #require(made.code == 0, "\(made.errors)")
    }

    private func serve(_ options: String...) throws -> ServingProgram {
        let all =
            ["--listen", "127.0.0.1:0", "--tls-cert", "server.pem", "--tls-key", "server.key"] + options
        return try ServingProgram(["small"], in: folder, options: all)
    }

    /// What the server replies to lines over TLS.
    private func ask(
        _ port: UInt16,
        _ lines: String,
        _ options: String = "-CAfile server.pem"
    ) throws -> Finished {
        try folder.file("lines", lines)
        return try shell(
            "exec openssl s_client -quiet -no_ign_eof -verify_return_error -connect 127.0.0.1:\(port) "
                + "\(options) < <(cat lines; sleep 2)"
        )
    }

    @Test("Commands ask a server over TLS with --ca, over its Unix socket without", .enabled(if: hasOpenSSL))
    func commands() throws {
        try certificate("server")
        try certificate("other")
        let reading = HouseReading(house: 1, hour: 1_680)
        let query = ["query", "small", reading.meter, reading.time, "0.5"]
        let alone = try Program.succeed(query, in: folder).output
        let server = try serve()
        let asked = try Program.run(query + ["--ca", "server.pem"], in: folder)
        #expect(asked.code == 0 && asked.output == alone, "\(asked)")
        let push = ["push", "small", reading.meter, reading.time, "0.5", "-k", "256", "--ca", "server.pem"]
        #expect(try Program.run(push, in: folder).code == 0)
        let none = try Program.run(query, in: folder)
        #expect(none.code == 2 && none.errors.contains("--ca FILE"), "\(none)")
        let other = try Program.run(query + ["--ca", "other.pem"], in: folder)
        #expect(other.code == 2 && other.errors.contains("TLS failed"), "\(other)")
        let absent = try Program.run(query + ["--ca", "nowhere.pem"], in: folder)
        #expect(absent.code == 2 && absent.errors.contains("--ca nowhere.pem"), "\(absent)")
        #expect(try server.stop() == 0)
        let both = try serve("--socket", folder.path("c.sock"))
        #expect(try Program.run(query, in: folder).code == 0)
        #expect(try both.stop() == 0)
    }

    @Test(
        "Requests and replies pass through TLS, also batches and the end of the connection",
        .enabled(if: hasOpenSSL)
    )
    func conversation() throws {
        try certificate("server")
        let server = try serve("--http", "127.0.0.1:0")
        let readings = (1_680..<1_980).map { HouseReading(house: 1, hour: $0) }
        let lines = readings.map { "PUSH \($0.arguments)\n" }.joined() + "INFO\nQUIT\n"
        let replies = try ask(server.port, lines).output.split(separator: "\n")
        #expect(replies.count == 302 && replies.allSatisfy { $0.hasPrefix("OK ") }, "\(replies.suffix(3))")
        #expect(replies.last == #"OK {"bye":true}"#)
        let health = try shell("curl -sS --cacert server.pem https://127.0.0.1:\(server.httpPort)/metrics")
        #expect(health.output.contains("gridkin_tls_certificate_expiry_timestamp_seconds 1"), "\(health)")
        // Both safe versions, and no other.
        #expect(
            try ask(server.port, "PING\nQUIT\n", "-CAfile server.pem -tls1_2").output.hasPrefix(
                "OK {\"pong\""
            )
        )
        #expect(try !ask(server.port, "PING\n", "-CAfile server.pem -tls1_1").output.contains("pong"))
        #expect(try server.stop() == 0)
    }

    @Test("A stopping server answers what has arrived over TLS too", .enabled(if: hasOpenSSL))
    func stopped() async throws {
        try certificate("server")
        let server = try serve()
        let port = server.port
        try folder.file("lines", "PING\n")
        let client = try Program.start(
            ["list"],
            in: folder,
            shell:
                "exec openssl s_client -quiet -no_ign_eof -connect 127.0.0.1:\(port) < <(cat lines; sleep 60)",
            output: "client"
        )
        for _ in 0..<1_000 where try !folder.text("client.out").contains("pong") { usleep(10_000) }
        #expect(try folder.text("client.out").contains("pong"))
        #expect(try server.stop() == 0)
        // Foundation would also wait for the end of the shell's `sleep`.
        for _ in 0..<1_000 where try Self.isRunning(client.number) { usleep(10_000) }
        #expect(try !Self.isRunning(client.number), "the client does not see the end")
    }

    private static func isRunning(_ process: Int32) throws -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
            return false
        }
        return !text.contains(") Z ")
    }

    @Test("Plain text, nonsense and silence cost the server nothing", .enabled(if: hasOpenSSL))
    func nonsense() throws {
        try certificate("server")
        let server = try serve()
        for bytes in [
            Array("PING\n".utf8), [22, 3, 1, 255, 255], [22, 3, 1, 0, 5, 1, 0, 0, 1, 0],
            Array(repeating: 0, count: 70_000),
        ] {
            let client = try LineClient(port: server.port)
            try? client.send(bytes)
            client.shutWriting()
            let replies = (try? client.linesToEnd()) ?? []
            #expect(!replies.contains { $0.contains("pong") })
        }
        let silent = try LineClient(port: server.port)
        #expect(try ask(server.port, "PING\nQUIT\n").output.hasPrefix("OK {\"pong\""))
        #expect(try silent.line() == nil, "the server waits only for a limited time for a handshake")
        #expect(try server.stop() == 0)
    }

    @Test("Clients need a certificate if the server has a client authority", .enabled(if: hasOpenSSL))
    func clientCertificates() throws {
        try certificate("server")
        try certificate("authority")
        try certificate("client", by: "authority")
        try certificate("stranger")
        let server = try serve("--tls-client-ca", "authority.pem")
        let known = try ask(
            server.port,
            "PING\nQUIT\n",
            "-CAfile server.pem -cert client.pem -key client.key"
        )
        #expect(known.output.hasPrefix("OK {\"pong\""), "\(known)")
        let stranger = try ask(
            server.port,
            "PING\nQUIT\n",
            "-CAfile server.pem -cert stranger.pem -key stranger.key"
        )
        #expect(!stranger.output.contains("pong"))
        #expect(try !ask(server.port, "PING\nQUIT\n").output.contains("pong"))
    }

    /// A certificate, signed by itself, that is valid between two times.
    private func certificate(_ name: String, from start: String, until end: String) throws {
        let made = try shell(
            """
            umask 077; openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=\(name) \
            -keyout \(name).key -out \(name).csr
            printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index.txt\\nserial=serial\\nnew_certs_dir=.\\n' >ca.cnf
            printf 'default_md=sha256\\npolicy=p\\n[p]\\ncommonName=supplied\\n' >>ca.cnf; : >index.txt; echo 01 >serial
            openssl ca -batch -config ca.cnf -selfsign -keyfile \(name).key -in \(name).csr -notext \
            -startdate \(start) -enddate \(end) -out \(name).pem
            """
        )
        try #require(made.code == 0 && folder.exists("\(name).pem"), "\(made.errors)")
    }

    @Test(
        "A certificate that has expired or is not valid yet is refused, at the start and at a renewal",
        .enabled(if: hasOpenSSL),
        arguments: [
            ("20100101000000Z", "20110101000000Z", "its certificate has expired"),
            ("20980101000000Z", "20990101000000Z", "its certificate is not valid before 2098-01-01"),
        ]
    )
    func validity(start: String, end: String, sentence: String) throws {
        try certificate("wrong", from: start, until: end)
        try certificate("server")
        let options = ["--listen", "127.0.0.1:0", "--tls-cert", "wrong.pem", "--tls-key", "wrong.key"]
        let refused = try Program.run(["serve", "small"] + options, in: folder, limit: 20)
        #expect(refused.code == 2 && refused.errors.contains(sentence), "\(refused)")
        let authority = [
            "--tls-cert", "server.pem", "--tls-key", "server.key", "--tls-client-ca", "wrong.pem",
        ]
        let other = try Program.run(
            ["serve", "small", "--listen", "127.0.0.1:0"] + authority,
            in: folder,
            limit: 20
        )
        #expect(other.code == 2 && other.errors.contains(sentence), "\(other)")
        let server = try serve()
        try shell("cp server.pem old.pem; cp wrong.pem server.pem; cp wrong.key server.key")
        server.signal(SIGHUP)
        for _ in 0..<500 where try !server.log.contains("the old certificate stays") { usleep(10_000) }
        #expect(try server.log.contains(sentence))
        #expect(try ask(server.port, "PING\nQUIT\n", "-CAfile old.pem").output.contains("pong"))
    }

    @Test("Files that TLS cannot use are refused at the start, by name", .enabled(if: hasOpenSSL))
    func badFiles() throws {
        try certificate("server")
        try certificate("other")
        try folder.file("nothing.pem", "")
        try shell(
            "openssl ec -aes128 -passout pass:x -in server.key -out locked.key; cp server.key open.key; "
                + "chmod 644 open.key; chmod 600 locked.key; mkfifo pipe"
        )
        for (certificate, key, words) in [
            ("server.pem", "other.key", ["other.key", "does not belong"]),
            ("nothing.pem", "server.key", ["nothing.pem"]),
            ("server.pem", "server.pem", ["server.pem", "no private key"]),
            ("absent.pem", "server.key", ["absent.pem"]),
            ("server.pem", "locked.key", ["locked.key", "passphrase"]),
            ("server.pem", "open.key", ["open.key", "chmod"]),
            ("pipe", "server.key", ["pipe", "not a regular file"]),
            ("/dev/zero", "server.key", ["/dev/zero"]),
        ] {
            let finished = try Program.run(
                ["serve", "small", "--listen", "127.0.0.1:0", "--tls-cert", certificate, "--tls-key", key],
                in: folder,
                limit: 20
            )
            #expect(
                finished.code == 2 && finished.errors.contains(words[0]),
                "\(certificate), \(key): \(finished)"
            )
            #expect(
                words.count == 1 || words.dropFirst().contains(where: finished.errors.contains),
                "\(finished)"
            )
        }
    }

    @Test(
        "SIGHUP loads a renewed certificate, and keeps the old one if the new one is bad",
        .enabled(if: hasOpenSSL)
    )
    func renewal() throws {
        try certificate("server")
        let server = try serve()
        #expect(try ask(server.port, "PING\nQUIT\n").output.contains("pong"))
        try shell("cp server.pem old.pem; cp server.key old.key")
        try folder.file("server.pem", "half a certificate")
        server.signal(SIGHUP)
        for _ in 0..<500 where try !server.log.contains("the old certificate stays") { usleep(10_000) }
        #expect(try ask(server.port, "PING\nQUIT\n", "-CAfile old.pem").output.contains("pong"))
        try certificate("renewed")
        try shell("cp renewed.pem server.pem; cp renewed.key server.key")
        server.signal(SIGHUP)
        var isRenewed = false
        for _ in 0..<100 where !isRenewed {
            usleep(100_000)
            isRenewed = try ask(server.port, "PING\nQUIT\n", "-CAfile renewed.pem").output.contains("pong")
        }
        #expect(isRenewed)
    }
}
