import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("The settings file of serve, and config check")
struct ConfigCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try BuiltIndex.copy(BuiltIndex.tiny) }

    private func check(_ text: String, environment: String = "") throws -> Finished {
        try folder.file("g.yaml", text)
        // Without the variable with which all tests name their folder of indexes.
        let shell = "unset GRIDKIN_INDEXES; \(environment) exec \"$@\""
        return try Program.run(["config", "check", "g.yaml"], in: folder, shell: shell, limit: 30)
    }

    private func serve(_ arguments: [String], shell: String = "exec \"$@\"") throws -> Finished {
        try Program.run(["serve", "--config", "g.yaml"] + arguments, in: folder, shell: shell, limit: 30)
    }

    @Test("Everything that is wrong is told at once, each at its line")
    func mistakes() throws {
        try folder.file("open", "secret")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.path("open"))
        let finished = try check(
            """
            indexes: [tiny, tini, tiny]
            lisen: 127.0.0.1:1
            listen: 0.0.0.0:7171
            http: [a]
            http: nonsense
            durability: often
            tls: {cert: server.pem}
            limits:
              connections: many
              idle-time: 30
              live-memory: 1048576
              max-connections: 3
            read-only: yes
            quiet:
            false-alarms: lots
            sinks:
              - {name: a, webhook: ftp://x}
              - {name: a, file: x, rotate: 100000000, keep: some, topic: t}
              - {webhook: http://x}
              - {name: b, mqtt: "mqtt://u:p@host", topic: t, password: geheim}
              - {name: c, webhook: http://x, mqtt: mqtt://h}
              - {name: d, webhook: http://x, secret-file: open, indexes: [other]}
            """
        )
        #expect(finished.code == 2 && finished.output.isEmpty, "\(finished)")
        let lines = finished.errors.split(separator: "\n").map(String.init)
        let expected: [(String, String)] = [
            ("g.yaml:1:17:", "no index `tini`"), ("g.yaml:1:23:", "named twice"),
            ("g.yaml:2:1:", "there is no key `lisen` here; did you mean listen?"),
            ("g.yaml:3:9:", "listen 0.0.0.0 can be reached from other machines; give token-file FILE too"),
            ("g.yaml:4:1:", "`http` is there twice, in line 5 again"),
            ("g.yaml:5:7:", "http is host:port, such as 127.0.0.1:7171, not `nonsense`"),
            ("g.yaml:6:13:", "durability is always, 1s or none, not `often`"),
            ("g.yaml:7:13:", "TLS cannot be offered: server.pem: No such file"),
            ("g.yaml:7:13:", "tls.cert needs tls.key FILE too"),
            ("g.yaml:9:16:", "limits.connections is a number from 1 to 100000, not `many`"),
            (
                "g.yaml:10:14:",
                "limits.idle-time is a time from 1ms to 24h, such as 500ms, 30s or 10m, not `30`"
            ),
            ("g.yaml:11:16:", "limits.live-memory is a size of at least 1M"),
            ("g.yaml:12:3:", "there is no key `max-connections` here; did you mean connections?"),
            ("g.yaml:13:12:", "read-only is true or false, not `yes`"),
            ("g.yaml:14:7:", "quiet has no value"),
            ("g.yaml:15:15:", "false-alarms is a share above 0"),
            ("g.yaml:17:15:", "http://HOST/PATH"),
            ("g.yaml:18:12:", "another sink is called `a` too"),
            ("g.yaml:18:32:", "rotate is a size with its unit, such as 100M, not `100000000`"),
            ("g.yaml:18:49:", "keep is a number of files, not `some`"),
            ("g.yaml:18:55:", "there is no key `topic` here"),
            ("g.yaml:19:5:", "a sink has a name"),
            ("g.yaml:20:21:", "mqtt is mqtt://HOST or mqtts://HOST"),
            ("g.yaml:20:50:", "there is no key `password` here; did you mean password-file?"),
            ("g.yaml:21:5:", "this has webhook and mqtt"),
            ("g.yaml:22:47:", "every user of this machine may read"),
            ("g.yaml:22:63:", "the index `other` is not served here; those are: tini, tiny"),
        ]
        for (place, words) in expected {
            #expect(
                lines.contains { $0.hasPrefix(place) && $0.contains(words) },
                "\(place) \(words) is missing from:\n\(finished.errors)"
            )
        }
        #expect(lines.count == expected.count, "\(lines.count) of \(expected.count):\n\(finished.errors)")
        #expect(!finished.errors.contains("geheim"), "a secret is told")
        let places = lines.compactMap { $0.split(separator: ":").dropFirst().first.flatMap { Int($0) } }
        #expect(places == places.sorted(), "by line")
    }

    @Test(
        "Sinks of a read-only server, and two of one file, are refused; what is printed of one is a file again"
    )
    func sinksAndReadOnly() throws {
        let twice = """
            indexes: [tiny]
            sinks:
              - {name: one, file: incidents.jsonl}
              - {name: two, file: incidents.jsonl}
            """
        let both = try check(twice)
        #expect(both.code == 2 && both.errors.contains("g.yaml:4:"), "\(both.errors)")
        #expect(both.errors.contains("give each a file of its own"), "\(both.errors)")
        let refused = try check(
            twice.replacing("  - {name: two, file: incidents.jsonl}", with: "read-only: true")
        )
        #expect(
            refused.code == 2 && refused.errors.contains("a read-only server has no sinks"),
            "\(refused.errors)"
        )
        let reading = try check("indexes: [tiny]\nread-only: true\n")
        #expect(reading.code == 0, "\(reading)")
        let again = try check(reading.output)
        #expect(again.code == 0, "\(again)")
    }

    @Test("What is printed is what holds, with its sources, and a settings file itself")
    func holds() throws {
        let text = """
            indexes: [tiny]
            folder: indexes
            http: 127.0.0.1:0
            limits: {idle-time: 5m}
            sinks:
              - {name: log, file: "in cidents.csv", format: csv, indexes: [tiny]}
            """
        let finished = try check(text, environment: "GRIDKIN_IDLE_TIME=7m GRIDKIN_DURABILITY= ")
        #expect(finished.code == 0, "\(finished)")
        let lines = finished.outputLines.map { $0.split(separator: "#").map { $0.trimming() } }
        #expect(lines.contains(["indexes: [tiny]", "g.yaml:1:11"]), "\(finished.output)")
        #expect(lines.contains(["listen: 127.0.0.1:7171", "by default"]), "\(finished.output)")
        #expect(lines.contains(["http: 127.0.0.1:0", "g.yaml:3:7"]), "\(finished.output)")
        #expect(lines.contains(["idle-time: 7m", "$GRIDKIN_IDLE_TIME"]), "\(finished.output)")
        #expect(lines.contains(["durability: 1s", "by default"]), "\(finished.output)")
        #expect(lines.contains(["late: 48h", "by default"]), "\(finished.output)")
        let again = try check(finished.output)
        #expect(again.code == 0, "\(again)")
        let values = finished.outputLines.map { $0.split(separator: "#")[0].trimming() }
        #expect(again.outputLines.map { $0.split(separator: "#")[0].trimming() } == values)
    }

    @Test("Options count before variables, and both before the file; a message names what was meant")
    func precedence() throws {
        try folder.file("g.yaml", "indexes: [tiny]\ndurability: in-file\nlisten: 127.0.0.1:0\n")
        let file = try serve([])
        #expect(file.code == 2 && file.errors.contains("g.yaml:2:13: durability is always"), "\(file)")
        let shell = "GRIDKIN_DURABILITY=in-shell exec \"$@\""
        let variable = try serve([], shell: shell)
        #expect(
            variable.code == 2 && variable.errors.contains("$GRIDKIN_DURABILITY is always"),
            "\(variable)"
        )
        #expect(!variable.errors.contains("g.yaml"), "\(variable)")
        let flag = try serve(["--durability", "in-flag"], shell: shell)
        #expect(flag.code == 64 && flag.errors.contains("--durability is always"), "\(flag)")
        #expect(flag.errors.contains("not `in-flag`") && !flag.errors.contains("in-shell"), "\(flag)")
        // The names of the arguments stand for those of the file.
        let names = try serve(["other", "--durability", "1s"])
        #expect(names.code == 2 && names.errors.contains("no index `other`"), "\(names)")
    }

    @Test("Mistakes of the file and of the command line are told together")
    func together() throws {
        try folder.file("g.yaml", "indexes: [tiny]\nhtp: x\nlimits: {line-time: 3}\n")
        let finished = try serve(["--max-connections", "many", "--lisen", "x"])
        #expect(finished.code == 64, "\(finished)")
        for word in ["for 4 reasons", "g.yaml:2:1", "g.yaml:3:21", "--max-connections is", "--lisen"] {
            #expect(finished.errors.contains(word), "\(word) is missing from: \(finished.errors)")
        }
    }

    @Test("A server is started by a file alone; paths in it begin at its folder")
    func serving() throws {
        try FileManager.default.createDirectory(atPath: folder.path("etc"), withIntermediateDirectories: true)
        try folder.file(
            "etc/g.yaml",
            "indexes: [tiny]\nfolder: ../indexes\nlisten: 127.0.0.1:0\nread-only: true\n"
        )
        let server = try ServingProgram(
            [],
            in: folder,
            options: ["--config", "etc/g.yaml", "--listen", "127.0.0.1:0"],
            shell: "unset GRIDKIN_INDEXES; exec \"$@\""
        )
        let replies = try server.ask("PING", "LABEL house-001 2023-01-02T00:00:00Z anomalous")
        #expect(
            replies.first?.contains("pong") == true || replies.first?.contains("PONG") == true,
            "\(replies)"
        )
        #expect(replies.last?.contains("read_only") == true, "\(replies)")
        #expect(try server.stop() == 0)
    }

    @Test("A file that cannot be read, has nothing, or would grow is refused at once")
    func unreadable() throws {
        let missing = try Program.run(["config", "check", "none.yaml"], in: folder)
        #expect(missing.code == 2 && missing.errors.contains("none.yaml: No such file"), "\(missing)")
        let device = try Program.run(["config", "check", "/dev/zero"], in: folder, limit: 30)
        #expect(device.code == 2 && device.errors.contains("not a regular file"), "\(device)")
        for empty in ["", "http: 127.0.0.1:0", "indexes: []"] {
            let nothing = try check(empty)
            #expect(
                nothing.code == 2 && nothing.errors.contains("g.yaml:1:1: it names no index"),
                "\(nothing)"
            )
        }
        let bomb = (1..<60).reduce("a0: &a0 [x, x]\n") { "\($0)a\($1): &a\($1) [*a\($1 - 1), *a\($1 - 1)]\n" }
        let refused = try check(bomb + "? *a59\n: 1\n")
        #expect(refused.code == 2 && refused.errors.contains("not used here"), "\(refused)")
        let syntax = try check("indexes: [tiny\nhttp: x")
        #expect(syntax.code == 2 && syntax.errors.hasPrefix("g.yaml:2:"), "\(syntax)")
        let none = try Program.run(["serve"], in: folder)
        #expect(none.code == 64 && none.errors.contains("name an index to serve"), "\(none)")
    }

    private static func page(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/\(name)"), encoding: .utf8)
    }

    @Test("The example of docs is on the page, and passes; the page's table has every key")
    func example() throws {
        let (example, page) = try (Self.page("gridkin.yaml"), Self.page("operations.md"))
        #expect(page.contains("```yaml\n\(example)```\n"))
        let keys = try Program.succeed(["config", "keys"], in: folder).output
        #expect(
            page.contains(keys),
            "the table of docs/operations.md is not that of `gridkin config keys`:\n\(keys)"
        )
        try #require(TLSTests.hasOpenSSL)
        for secret in ["pager.secret", "broker.password"] { try folder.file(secret, "0123456789abcdef\n") }
        try folder.file("tokens", "read-write 0123456789abcdef\n")
        let shell = """
            openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout server.key -out server.pem \
            2>made && chmod 600 server.key tokens *.secret *.password && unset GRIDKIN_INDEXES && exec "$@"
            """
        try folder.file(
            "gridkin.yaml",
            example.replacing("[grid]", with: "[tiny]").replacing("/var/lib/gridkin", with: "indexes")
        )
        let finished = try Program.run(["config", "check", "gridkin.yaml"], in: folder, shell: shell)
        #expect(finished.code == 0, "\(finished)")
        #expect(finished.output.contains("secret-file: pager.secret"), "\(finished.output)")
        #expect(!finished.output.contains("0123456789abcdef"), "a secret is told")
    }
}

extension Substring {
    fileprivate func trimming() -> String { trimmingCharacters(in: .whitespaces) }
}
