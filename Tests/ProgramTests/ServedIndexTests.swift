import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("query, push and label ask the running server of an index, and open the index if none runs")
struct ServedIndexTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try BuiltIndex.copy(BuiltIndex.small)
    }

    private func reading(_ hour: Int) -> [String] {
        let reading = HouseReading(house: 1, hour: hour)
        return [reading.meter, reading.time, reading.value.isEmpty ? "-" : reading.value]
    }

    private static let token = "a-token-of-the-server"

    private func tokenFile(_ name: String, _ text: String) throws -> String {
        let file = try folder.file(name, text)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        return file
    }

    /// The file of the serving lock, as a server that died leaves it.
    private func leaveLock(_ text: String) throws { try folder.file("indexes/small/serving.lock", text) }

    @Test("A query prints the same with and without a server, to the last character")
    func sameOutput() throws {
        var questions = [
            reading(1_680), ["house-1", HouseReading.time(hour: 1_680), "17.25"],
            ["house-2", HouseReading.time(hour: 900), "-"], ["house-1", "2030-01-01", "0.5"],
            ["house-1", "2023-01-01", "0.5"],
        ].flatMap { [$0, $0 + ["--json"], $0 + ["--exact", "-k", "3"]] }
        questions.append(reading(1_680) + ["--where", "label=anomalous AND meter != \"house-1\"", "-k", "4"])
        questions += [["house-11", HouseReading.time(hour: 9), "1"], ["house-1", "2024-01-01", "1", "2"]]
        let alone = try questions.map { try Program.run(["query", "small"] + $0, in: folder) }
        let path = folder.path("s.sock")
        for options in [[], ["--socket", path], ["--socket", path, "--listen", "127.0.0.1:0"]] {
            let server = try ServingProgram(["small"], in: folder, options: options)
            for (question, before) in zip(questions, alone) {
                let served = try Program.run(["query", "small"] + question, in: folder)
                #expect(
                    served.output == before.output && served.code == before.code
                        && served.errors == before.errors,
                    "\(question): \(served) instead of \(before)"
                )
            }
            #expect(try JSONObject(reply: server.ask(path: path, "STATS")).integer("errors") == 2)
            #expect(try server.stop() == 0)
        }
        #expect(alone.map(\.code).suffix(3) == [0, 2, 2])
        #expect(alone[questions.count - 2].errors.contains("did you mean `house-1`?"), "\(alone)")
    }

    @Test("A reading that was just pushed can be labelled at once, twenty times out of twenty")
    func pushThenLabel() throws {
        let server = try ServingProgram(["small"], in: folder)
        for hour in 1_680..<1_700 {
            let pushed = try Program.run(["push", "small"] + reading(hour), in: folder)
            #expect(pushed.code == 0 && pushed.output.hasPrefix("house-1 at "), "\(pushed)")
            let label = ["label", "small", "house-1", HouseReading.time(hour: hour), "anomalous", "seen"]
            let labelled = try Program.run(label, in: folder)
            #expect(
                labelled.code == 0 && labelled.output.hasSuffix("(seen), from the next query on\n"),
                "\(labelled)"
            )
        }
        let counts = try JSONObject(reply: server.ask("STATS")[0])
        #expect(counts.integer("pushes") == 20 && counts.integer("labels") == 20)
        let late = try Program.run(["push", "small"] + reading(1_690), in: folder)
        #expect(late.code == 2 && late.errors.contains("already"), "\(late)")
    }

    @Test(
        "push prints what query prints, keeps the reading without a server, and is refused beside one"
    )
    func push() throws {
        let asked = try Program.succeed(["query", "small"] + reading(1_680), in: folder)
        let pushed = try Program.succeed(["push", "small"] + reading(1_680), in: folder)
        #expect(pushed.output == asked.output)
        let again = try Program.run(["push", "small"] + reading(1_680), in: folder)
        #expect(again.code == 2 && again.errors.contains("already"), "\(again)")
        let ahead = try Program.run(["push", "small", "house-1", "2190-01-01", "1"], in: folder)
        #expect(ahead.code == 2 && ahead.errors.contains("ahead of"), "\(ahead)")
        #expect(try folder.text("indexes/small/serving.lock").isEmpty)

        let server = try ServingProgram(["small"], in: folder)
        #expect(try JSONObject(reply: server.ask("INFO")[0]).text("until") == HouseReading.time(hour: 1_680))
        let beside = try Program.run(["push", "small", "--offline"] + reading(1_681), in: folder)
        #expect(beside.code == 2 && beside.errors.contains("only one process"), "\(beside)")
        #expect(beside.errors.contains("process \(server.processNumber)"))
        let json = try Program.succeed(["push", "small", "--json"] + reading(1_681), in: folder).json()
        #expect(json.text("verdict") != nil && json.integer("generation") == 1)
        let label = ["label", "small", "house-1", HouseReading.time(hour: 900), "normal", "--offline"]
        #expect(try Program.run(label, in: folder).code == 0)
        #expect(try Program.run(["query", "small", "--offline"] + reading(1_682), in: folder).code == 0)
        #expect(try server.ask("STATS")[0].contains(#""pushes":1,"labels":0"#))
        let absent = try Program.run(["push", "smal"] + reading(1_682), in: folder)
        #expect(absent.code == 2 && absent.errors.contains("did you mean `small`?"), "\(absent)")
        #expect(!folder.exists("indexes/smal"))
    }

    @Test(
        "The note of a dead server in the lock is ignored",
        arguments: ["4000000", "4000000\n{\"addresses\":[\"127.0.0.1:1\"],\"hasTLS\":false,", "junk\n", ""]
    )
    func staleLock(text: String) throws {
        let rest = text.hasSuffix(",") ? #""needsToken":true,"sockets":["/nowhere"]}"# + "\n" : ""
        try leaveLock(text + rest)
        #expect(try Program.run(["query", "small"] + reading(1_680), in: folder).code == 0)
        let label = ["label", "small", "house-1", HouseReading.time(hour: 900), "normal"]
        #expect(try Program.run(label, in: folder).code == 0)
        #expect(try Program.run(["push", "small"] + reading(1_680), in: folder).code == 0)
        #expect(try Program.succeed(["list"], in: folder).output == "small  generations 1 (current)\n")
    }

    @Test("If a lock's note has no address, as of an earlier version, the index is opened beside the server")
    func oldLock() throws {
        let server = try ServingProgram(["small"], in: folder)
        try leaveLock("\(server.processNumber)")
        #expect(try Program.run(["query", "small"] + reading(1_680), in: folder).code == 0)
        #expect(try JSONObject(reply: server.ask("STATS")[0]).integer("accepted") == 1)
        let pushed = try Program.run(["push", "small"] + reading(1_680), in: folder)
        #expect(pushed.code == 2 && pushed.errors.contains("process \(server.processNumber)"), "\(pushed)")
    }

    @Test("A server that holds the lock and does not answer is an error that says what to do")
    func unreachable() throws {
        let server = try ServingProgram(["small"], in: folder)
        try leaveLock(
            "\(server.processNumber)\n"
                + #"{"addresses":["127.0.0.1:1"],"hasTLS":false,"needsToken":false,"sockets":[]}"# + "\n"
        )
        let asked = try Program.run(["query", "small"] + reading(1_680), in: folder)
        #expect(asked.code == 2 && asked.errors.contains("Connection refused"), "\(asked)")
        #expect(asked.errors.contains("--offline"), "\(asked)")
        #expect(try Program.run(["query", "small", "--offline"] + reading(1_680), in: folder).code == 0)
        withExtendedLifetime(server) {}
    }

    @Test(
        "A token comes from a file or from the environment; without one, the error names both"
    )
    func tokens() throws {
        let file = try tokenFile(
            "tokens",
            "# two\nread-only a-token-to-read-with\nread-write \(Self.token)\n"
        )
        let options = ["--token-file", file, "--listen", "127.0.0.1:0"]
        let server = try ServingProgram(["small"], in: folder, options: options)
        let query = ["query", "small"] + reading(1_680)
        let none = try Program.run(query, in: folder)
        #expect(none.code == 2 && none.errors.contains("--token-file FILE"), "\(none)")
        #expect(none.errors.contains("$GRIDKIN_TOKEN") && none.errors.contains("--offline"), "\(none)")
        #expect(try Program.run(query + ["--token-file", file], in: folder).code == 0)
        let bare = try tokenFile("bare", Self.token + "\n")
        #expect(
            try Program.run(["push", "small", "--token-file", bare] + reading(1_680), in: folder).code == 0
        )
        let environment = "export GRIDKIN_TOKEN=\(Self.token); exec \"$@\""
        #expect(try Program.run(query, in: folder, shell: environment).code == 0)
        let wrong = try Program.run(
            query,
            in: folder,
            shell: "export GRIDKIN_TOKEN=an-unknown-token-1; exec \"$@\""
        )
        #expect(wrong.code == 2 && wrong.errors.contains("does not accept the token"), "\(wrong)")
        #expect(!wrong.errors.contains("an-unknown-token-1"))
        let reader = try tokenFile("reader", "a-token-to-read-with")
        let refused = try Program.run(["push", "small", "--token-file", reader] + reading(1_681), in: folder)
        #expect(refused.code == 2 && refused.errors.contains("read-only"), "\(refused)")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: bare)
        let open = try Program.run(query + ["--token-file", bare], in: folder)
        #expect(open.code == 2 && open.errors.contains("chmod o="), "\(open)")
        let missing = try Program.run(query + ["--token-file", "nowhere"], in: folder)
        #expect(missing.code == 2 && missing.errors.contains("nowhere cannot be read"), "\(missing)")
        #expect(try Program.run(query + ["--offline"], in: folder).code == 0)
        #expect(try !folder.text("indexes/small/serving.lock").contains(Self.token))
        withExtendedLifetime(server) {}
    }

    @Test("list names the process that serves an index, and its addresses")
    func list() throws {
        let path = folder.path("l.sock")
        let server = try ServingProgram(["small"], in: folder, options: ["--socket", path])
        let printed = try Program.succeed(["list"], in: folder).output
        #expect(
            printed
                == "small  generations 1 (served)\n  served by process \(server.processNumber) at \(path)\n"
        )
        let json = try JSONObject.array(Program.succeed(["list", "--json"], in: folder).output)[0]
        #expect(json.object("server")?.integer("process") == Int(server.processNumber))
        #expect(json.object("server")?.texts("addresses") == [path])
        #expect(json.object("server")?.boolean("token") == false)
        #expect(try server.stop() == 0)
        #expect(try Program.succeed(["list"], in: folder).output == "small  generations 1 (current)\n")
    }

    @Test("An index that does not exist gets the one that was probably meant, and where to look")
    func absentIndex() throws {
        let reading = reading(1_680)
        for arguments in [["query", "smll"] + reading, ["inspect", "smll"], ["serve", "smll"]] {
            let finished = try Program.run(arguments, in: folder, limit: 30)
            #expect(finished.code == 2 && finished.errors.contains("did you mean `small`?"), "\(finished)")
            #expect(finished.errors.contains("GRIDKIN_INDEXES"), "\(finished)")
        }
        let empty = try Program.run(["list", "--indexes", "nowhere"], in: folder)
        #expect(empty.code == 0 && empty.errors.contains("--indexes DIR or $GRIDKIN_INDEXES"), "\(empty)")
    }
}

extension ServingProgram {
    /// One request over TCP, or over the socket if the server listens on no port.
    fileprivate func ask(path: String, _ request: String) throws -> String {
        port == 0 ? try LineClient(path: path).ask(request) : try ask(request)[0]
    }
}
