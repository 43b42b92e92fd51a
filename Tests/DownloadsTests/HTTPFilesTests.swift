import Downloads
import Foundation
import ReadingSources
import Readings
import TestSupport
import Testing

/// Files from a web server that treats its clients badly (`Fixtures/server.py`).
@Suite(.enabled(if: PythonServer.isThere, "there is no python3"))
struct HTTPFilesTests {
    private let server: PythonServer

    init() throws { server = try PythonServer("server.py") }

    /// Pauses are short, and so is the patience with a server that is silent; all others answer at once or
    /// not at all.
    private static var retries: Retries {
        var retries = Retries()
        (retries.firstPause, retries.longestPause) = (0.001, 0.01)
        return retries
    }

    private func files(
        _ path: String,
        limit: Int = SizeLimit.standard,
        silence: Int64 = 600
    ) throws(ReadingsError) -> InputFiles {
        let web = HTTPFiles(limit: limit, retries: Self.retries, silence: silence)
        return try InputFiles(["http://127.0.0.1:\(server.port)/\(path)"], remotes: [web], limit: limit)
    }

    private func failure(
        _ path: String,
        limit: Int = SizeLimit.standard,
        silence: Int64 = 600
    ) -> ReadingsError? {
        do throws(ReadingsError) {
            _ = try files(path, limit: limit, silence: silence)
            return nil
        } catch {
            return error
        }
    }

    /// How often a path was asked for.
    private func count(_ path: String) throws -> Int? {
        try server.count(path)
    }

    @Test(
        arguments: [
            ("whole/rows.csv", 1), ("chunked/rows.csv", 1), ("drops/rows.csv", 5), ("untagged/rows.csv", 3),
            ("changes/rows.csv", 4), ("wrong-part/rows.csv", 3), ("fails/rows.csv", 4), ("moved/rows.csv", 1),
            ("unsized/rows.csv", 1), ("open/rows.csv", 1),
        ]
    ) func bringsTheWholeFile(path: String, requests: Int) throws {
        let files = try files(path)
        // The values only grow, and are none of a register.
        var readings = ReadingFiles(files)
        readings.keepsRegisters = true
        for _ in 0..<2 {
            let (summary, histories) = try readings.read()
            #expect(summary.accepted == 20_000 && histories.map(\.meter) == ["rows"])
            #expect(histories[0].values == (0..<20_000).map(Double.init))
        }
        #expect(try count(path) == requests)
        #expect(files.remarks.count == (path.hasPrefix("unsized") ? 1 : 0), "\(files.remarks)")
        #expect(files.paths.isEmpty)
    }

    @Test(
        arguments: [
            ("missing/rows.csv", "404", 1),
            ("broken/rows.csv", "500 Internal Server Error; tried 5 times", 5),
            ("liar/rows.csv", "closed early", 5), ("page/rows.csv", "web page", 1),
            ("around/rows.csv", "redirects more than 5 times", 6), ("private/rows.csv", "USER:PASSWORD", 1),
        ]
    ) func saysWhatWasWrong(path: String, words: String, requests: Int) throws {
        let error = try #require(failure(path))
        #expect(error.code == .downloadFailed && error.sentence.contains(words), "\(error)")
        #expect(error.file == "http://127.0.0.1:\(server.port)/\(path)")
        #expect(try count(path) == requests)
    }

    @Test func givesUpASilentServer() throws {
        let error = try #require(failure("silent/rows.csv", silence: 1))
        #expect(error.sentence.contains("the server sends nothing more"), "\(error)")
        #expect(error.sentence.contains("after 68.3 KiB"), "\(error)")
    }

    @Test(arguments: ["whole/rows.csv", "endless/rows.csv"]) func boundsTheSize(path: String) throws {
        let error = try #require(failure(path, limit: 100_000))
        #expect(error.code == .tooLarge && error.sentence.contains("more than 97.6 KiB"))
        #expect(try count(path) == 1)
    }

    @Test func givesAPasswordToItsServerOnly() throws {
        let web = HTTPFiles(retries: Self.retries)
        let base = "user:pass%20word@127.0.0.1:\(server.port)"
        for path in ["private/rows.csv?key=secret", "elsewhere/rows.csv"] {
            let files = try InputFiles(["http://\(base)/\(path)"], remotes: [web])
            #expect(try ReadingFiles(files).read().summary.rows == 20_000)
            let name = try #require(files.files.first?.name)
            #expect(
                !name.contains("secret") && !name.contains("pass") && name.contains("rows.csv"),
                "\(name)"
            )
        }
    }

    @Test(arguments: [
        ("https://a.b/c.csv", "https://a.b/c.csv"), ("HTTP://u:p@a/c?x=y#z", "HTTP://a/c?…"),
        ("https://u@x@a:1/p@q", "https://a:1/p@q"), ("https://a.b#t", "https://a.b?…"),
        ("s3://b/a?.csv", "s3://b/a?.csv"), ("a@b?.csv", "a@b?.csv"), ("https://", "https://"),
    ]) func showsNoSecret(address: String, shown: String) {
        #expect(RemoteFile.shownName(of: address) == shown)
    }

    @Test func refusesWhatIsNoAddress() throws {
        for address in ["http://", "https:///a.csv", "http://[::1/a"] {
            let error = #expect(throws: ReadingsError.self) {
                try InputFiles([address], remotes: [HTTPFiles(retries: Self.retries)])
            }
            #expect(error?.code == .downloadFailed, "\(address)")
        }
    }

    @Test func saysThatNobodyListens() throws {
        let error = #expect(throws: ReadingsError.self) {
            try InputFiles(["http://127.0.0.1:1/a.csv"], remotes: [HTTPFiles(retries: Self.retries)])
        }
        #expect(
            error?.sentence.contains("Connection refused") == true,
            "\(String(describing: error))"
        )
    }

    @Test(.enabled(if: PythonServer.hasOpenSSL, "there is no openssl")) func checksCertificates() throws {
        let folder = try TemporaryFolder()
        let (certificate, key) = (folder.path("cert.pem"), folder.path("key.pem"))
        let made = PythonServer.succeeds([
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
            "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-out", certificate, "-keyout", key,
        ])
        try #require(made)
        let server = try PythonServer("server.py", [certificate, key])
        func read(_ path: String, _ web: HTTPFiles) throws -> InputFiles {
            try InputFiles(["https://localhost:\(server.port)/\(path)"], remotes: [web])
        }
        let trusting = HTTPFiles(retries: Self.retries, certificates: certificate)
        #expect(try read("whole/rows.csv", trusting).files.count == 1)
        let downgraded = #expect(throws: ReadingsError.self) { try read("downgraded/rows.csv", trusting) }
        #expect(downgraded?.sentence.contains("without TLS") == true)
        let refused = #expect(throws: ReadingsError.self) {
            try read("whole/rows.csv", HTTPFiles(retries: Self.retries))
        }
        #expect(refused?.sentence.contains("$SSL_CERT_FILE") == true, "\(String(describing: refused))")
        let unreadable = #expect(throws: ReadingsError.self) {
            try read("whole/rows.csv", HTTPFiles(certificates: folder.path("none.pem")))
        }
        #expect(unreadable?.sentence.contains("none.pem") == true)
    }
}
