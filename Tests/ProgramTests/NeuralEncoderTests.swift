import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("Neural encoders, from the command line")
struct NeuralEncoderTests {
    private func smallWithFile() throws -> (TemporaryFolder, String) {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        return (folder, try folder.file("small.csv", HouseReading.file(houses: 1...2, hours: 0..<1_680)))
    }

    private func build(
        _ encoder: String,
        _ file: String,
        trainer: String,
        in folder: TemporaryFolder
    ) throws -> Finished {
        try Program.run(
            ["build", "small", "--from", file, "--encoder", encoder],
            in: folder,
            shell: Trainer.shell(trainer),
            limit: 300
        )
    }

    /// The earlier generation still answers, and nothing is damaged.
    private func expectUntouched(_ folder: TemporaryFolder) throws {
        #expect(
            try folder.names(in: "indexes/small/generations").filter { !$0.hasSuffix(".tmp") } == ["000001"]
        )
        try Program.succeed(["verify", "small"], in: folder)
        try Program.succeed(["query", "small", "house-1", "2023-03-20T00:00:00Z", "1.2"], in: folder)
    }

    @Test(
        "Without a trainer, the error names the package",
        arguments: ["autoencoder", "lstm", "gan", "pca+lstm"]
    )
    func missing(encoder: String) throws {
        let (folder, file) = try smallWithFile()
        let finished = try build(encoder, file, trainer: "/nowhere/trainer", in: folder)
        #expect(finished.code == 2)
        #expect(finished.errors.contains("libtorch-dev") && finished.errors.contains("/nowhere/trainer"))
        try expectUntouched(folder)
    }

    @Test(
        "A trainer that dies half-way, or gives a false result, leaves the old generation",
        arguments: [
            (#"echo '{"epoch":1,"epochs":9,"loss":1,"later":1}'; kill -9 $$"#, "signal 9"),
            ("echo 'out of luck' >&2; exit 3", "out of luck"), ("exit 0", "weights.safetensors is missing"),
            (#"printf nonsense >"$1/weights.safetensors""#, "cannot be used"),
            ("head -c 100000 /dev/zero", "weights.safetensors is missing"),
        ]
    )
    func dying(script: String, named: String) throws {
        let (folder, file) = try smallWithFile()
        let finished = try build("autoencoder", file, trainer: Trainer.script(script, in: folder), in: folder)
        #expect(finished.code == 2 && finished.errors.contains(named), "\(finished.errors)")
        try expectUntouched(folder)
        // A build that needs no trainer still works, and removes the unfinished files.
        try Program.succeed(["build", "small", "--from", file, "--encoder", "pca"], in: folder)
        #expect(!folder.exists("indexes/small/training"))
    }

    @Test("A first build whose trainer died can be continued")
    func dyingAtFirst() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("small.csv", HouseReading.file(houses: 1...2, hours: 0..<1_680))
        let finished = try build("lstm", file, trainer: Trainer.script("exit 1", in: folder), in: folder)
        #expect(finished.code == 2 && folder.exists("indexes/small/training/lstm/windows.safetensors"))
        let query = try Program.run(["query", "small", "house-1", "2023-03-20T00:00:00Z", "1"], in: folder)
        #expect(query.code == 2 && query.errors.contains("never finished"))
        try Program.succeed(["list"], in: folder)
        try Program.succeed(["build", "small", "--from", file], in: folder)
    }

    @Test("Without a terminal, a long training reports its progress every ten seconds, and not more often")
    func log() throws {
        let (folder, file) = try smallWithFile()
        func epoch(_ number: Int) -> String {
            #"echo '{"epoch":\#(number),"epochs":9,"loss":0.5,"later":0.25}'"#
        }
        let script = [1, 2, 3].map(epoch) + ["sleep 11"] + [4, 5].map(epoch) + ["exit 1"]
        let trainer = try Trainer.script(script.joined(separator: "\n"), in: folder)
        let finished = try build("lstm", file, trainer: trainer, in: folder)
        let lines = finished.errors.split(separator: "\n").filter { $0.hasPrefix("lstm ") }
        // Five epochs, most of them at once: the number of lines depends on how busy the machine is.
        #expect((1..<5).contains(lines.count), "\(finished.errors)")
        #expect(lines.last?.contains("later 0.25") == true, "\(lines)")
    }

    @Test(
        "list names the process that builds an index, for a first and a later build, and none after its death"
    )
    func building() throws {
        let (folder, file) = try smallWithFile()
        // A trainer that never ends keeps the build running.
        let trainer = try Trainer.endless(in: folder)
        for (name, words) in [
            ("first", "is being built for the first time, by process"), ("small", "process"),
        ] {
            let process = try Program.start(
                ["build", name, "--from", file, "--encoder", "lstm"],
                in: folder,
                shell: Trainer.shell(trainer),
                output: "build"
            )
            #expect(wait { Trainer.isAtWork(in: folder) })
            // The lines about an index begin with its name.
            let list = try Program.succeed(["list"], in: folder).output
            let printed = list[(list.range(of: name)?.lowerBound ?? list.endIndex)...]
            #expect(
                printed.contains("\(words) \(process.number)") && !printed.contains("never finished"),
                "\(list)"
            )
            if name == "small" {
                #expect(printed.contains("generations 1 (current)"), "\(printed)")
                let json = try JSONObject.array(Program.succeed(["list", "--json"], in: folder).output)
                #expect(json.last?.integer("builder") == Int(process.number))
            }
            process.kill(SIGKILL)
            #expect(process.waitForEnd(30))
            try Trainer.end(in: folder)
            let later = try Program.succeed(["list"], in: folder).output
            #expect(!later.contains("process"), "\(later)")
            if name == "first" { #expect(later.contains("never finished"), "\(later)") }
        }
    }

    @Test("An unknown encoder is wrong usage")
    func unknown() throws {
        let (folder, file) = try smallWithFile()
        let finished = try Program.run(
            ["build", "small", "--from", file, "--encoder", "transformer"],
            in: folder
        )
        #expect(finished.code == 64 && finished.errors.contains("autoencoder"))
    }

    @Test("inspect lists the encoders tried")
    func tried() throws {
        let (folder, file) = try smallWithFile()
        try Program.succeed(["build", "small", "--from", file, "--encoder", "pca+supervised"], in: folder)
        let printed = try Program.succeed(["inspect", "small"], in: folder).output
        #expect(printed.contains("pca+supervised") && printed.contains("; with supervised"))
    }

    @Test(
        "The same network in one command or in three",
        .enabled(if: Trainer.path != nil, "libtorch is not here")
    )
    func oneOrThree() throws {
        let (folder, file) = try smallWithFile()
        let trainer = try Trainer.real("--epochs 2", in: folder)
        let built = try build("autoencoder", file, trainer: trainer, in: folder)
        #expect(built.code == 0, "\(built.errors)")
        #expect(!folder.exists("indexes/small/training"))
        try Program.succeed(
            ["windows", "--from", file, "--encoder", "autoencoder", "-o", folder.path("mine")],
            in: folder
        )
        let trained = try Program.run(
            ["list"],
            in: folder,
            shell: "'\(Trainer.path ?? "")' '\(folder.path("mine"))' --epochs 2"
        )
        #expect(trained.code == 0 && trained.output.split(separator: "\n").count == 2)
        try Program.succeed(["build", "own", "--from", file, "--encoder", folder.path("mine")], in: folder)
        let weights = ["small/generations/000002", "own/generations/000001"].map {
            "indexes/\($0)/weights.safetensors"
        }
        #expect(try folder.bytes(weights[0]) == folder.bytes(weights[1]))
        let command = try Program.succeed(["inspect", "own", "--json"], in: folder).json().text("command")
        #expect(command?.contains("--encoder mine") == true)
    }

    @Test(
        "Every neural family serves",
        .enabled(if: Trainer.path != nil, "libtorch is not here"),
        arguments: ["lstm", "gan", "pca+autoencoder"]
    )
    func serves(encoder: String) throws {
        let (folder, file) = try smallWithFile()
        let trainer = try Trainer.real("--epochs 1", in: folder)
        let built = try build(encoder, file, trainer: trainer, in: folder)
        #expect(built.code == 0, "\(built.errors)")
        let server = try ServingProgram(["small"], in: folder)
        let replies = try server.ask("INFO", "QUERY house-1 2023-03-12T00:00:00Z 1.2")
        #expect(
            replies[0].contains("\"encoder\":\"\(encoder)\"") && replies[1].hasPrefix("OK {"),
            "\(replies)"
        )
        try Program.succeed(["verify", "small"], in: folder)
    }

    @Test(
        "Interrupted, it leaves no process behind, and can be continued",
        .enabled(if: Trainer.path != nil, "libtorch is not here")
    )
    func interrupted() throws {
        let (folder, file) = try smallWithFile()
        let command = ["build", "small", "--from", file, "--encoder", "lstm"]
        let shell = Trainer.shell(try Trainer.real(in: folder))
        let process = try Program.start(command, in: folder, shell: shell, output: "build")
        let checkpoint = "indexes/small/training/lstm/checkpoint-1.pt"
        #expect(wait { folder.exists(checkpoint) })
        process.kill(SIGINT)
        #expect(process.waitForEnd(30) && process.code != 0)
        #expect(try folder.text("build.err").contains("continues the training after its last epoch"))
        #expect(wait { !Trainer.isAtWork(in: folder) })
        try expectUntouched(folder)
        // A training of another network that has finished no epoch has nothing to continue.
        let other = try Program.start(
            ["build", "small", "--from", file, "--encoder", "gan"],
            in: folder,
            shell: Trainer.shell(try Trainer.endless(in: folder)),
            output: "other"
        )
        #expect(wait { Trainer.isAtWork(in: folder) })
        other.kill(SIGINT)
        #expect(other.waitForEnd(30) && other.code == 130)
        #expect(try !folder.text("other.err").contains("continues"))
        try Trainer.end(in: folder)
        // Fewer epochs than were done: the continued training only has to write the weights.
        let again = try build("lstm", file, trainer: Trainer.real("--epochs 1", in: folder), in: folder)
        #expect(again.code == 0, "\(again.errors)")
        #expect(!folder.exists("indexes/small/training"))
    }

    /// Waits for a condition to become true, a minute at most.
    private func wait(_ condition: () -> Bool) -> Bool {
        for _ in 0..<600 {
            if condition() { return true }
            usleep(100_000)
        }
        return condition()
    }
}
