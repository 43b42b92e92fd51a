import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("A bad configuration is refused before anything is opened, with every problem at once")
struct ServeSettingsTests {
    private func refuse(_ arguments: [String], in folder: TemporaryFolder) throws -> Finished {
        let finished = try Program.run(["serve"] + arguments, in: folder, limit: 30)
        #expect(finished.code == 2 || finished.code == 64, "\(finished)")
        #expect(finished.output.isEmpty, "it listens: \(finished)")
        return finished
    }

    @Test("Too few descriptors for the server itself are refused")
    func descriptors() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.tiny)
        let shell = #"ulimit -n 36; exec "$@""#
        let refused = try Program.run(["serve", "tiny"], in: folder, shell: shell, limit: 30)
        #expect(refused.code == 2 && refused.errors.contains("needs 40 at least"), "\(refused)")
    }

    @Test("Ten mistakes are ten lines")
    func everything() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        try folder.file("plain", "no certificate")
        let finished = try refuse(
            [
                "small", "nowhere", "../out", "--listen", "0.0.0.0:99999", "--http", "nonsense", "--socket",
                String(repeating: "s", count: 200), "--durability", "often", "--max-connections", "many",
                "--idle-time", "soon", "--write-time", "30", "--max-live-meters", "1",
                "--false-alarms", "lots", "--tls-cert",
                folder.path("plain"), "--tls-key", folder.path("absent"), "--token-file", folder.path("none"),
            ],
            in: folder
        )
        #expect(finished.code == 64)
        for word in [
            "no index `nowhere`", "`../out` cannot name", "--listen is host:port", "--http is host:port",
            "--socket",
            "--durability is", "--max-connections is", "--idle-time is", "--write-time is",
            "--max-live-meters is", "--false-alarms is",
            "plain: it contains no certificate", "none: No such file",
        ] {
            #expect(finished.errors.contains(word), "\(word) is missing from: \(finished.errors)")
        }
        #expect(!folder.exists("indexes/small/serving.lock"), "something was opened")
    }

    @Test("A mistyped option or a missing value is reported with all other errors, and serve's usage")
    func form() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let finished = try refuse(
            ["small", "--lisen", "127.0.0.1:1", "nowhere", "--idle-time", "soon", "--http"],
            in: folder
        )
        #expect(finished.code == 64)
        for word in [
            "serve cannot start, for 4 reasons", "--lisen", "no index `nowhere`", "--idle-time is", "--http",
            "gridkin serve",
        ] {
            #expect(finished.errors.contains(word), "\(word) is missing from: \(finished.errors)")
        }
        let alone = try refuse(["--read-onl", "small"], in: folder)
        #expect(alone.code == 64 && !alone.errors.contains("reasons"), "\(alone)")
        #expect(alone.errors.contains("gridkin serve"), "\(alone)")
    }

    @Test(
        "Options that exclude each other",
        arguments: [
            (["--http", "0.0.0.0:0"], "--token-file"), (["--listen", "0.0.0.0:0"], "--token-file"),
            (["--http", "127.0.0.1:7999", "--listen", "127.0.0.1:7999"], "a port of its own"),
            (["--tls-cert", "c"], "--tls-key"), (["--tls-key", "k"], "--tls-cert"),
            (["--tls-client-ca", "a"], "--tls-cert"),
            (["--durability", "always", "--read-only"], "--read-only"),
            (["--max-connections", "5", "--max-connections-per-peer", "6"], "1 to 5"),
            (["--line-time", "25h"], "--line-time"), (["--line-time", "0s"], "--line-time"),
            (["--line-time", "9999999999999999999h"], "--line-time"), (["--listen", ":7171"], "--listen"),
            (["--socket", "s", "--tls-cert", "c", "--tls-key", "k"], "Unix socket"),
        ] as [([String], String)]
    )
    func combinations(options: [String], word: String) throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let finished = try refuse(["small"] + options, in: folder)
        #expect(finished.code == 64 && finished.errors.contains(word), "\(finished)")
    }
}
