import Foundation
import Incidents
import ProgramSupport
import Readings
import Sinks
import Statistics
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Webhooks, and what holds for every sink", .timeLimit(.minutes(5)))
struct WebhookTests {
    private let bench: SinkBench

    init() throws { bench = try SinkBench() }

    private func webhook(
        _ receiver: HTTPReceiver,
        named name: String = "hook",
        secret: String? = nil
    ) -> SinkSettings {
        let url = "http://127.0.0.1:\(receiver.port)/in?from=grid"
        return SinkSettings(
            name: name,
            place: .webhook(.init(url: url, secret: secret.map { Array($0.utf8) }))
        )
    }

    /// The number of the change in a request, and the incident.
    private func change(_ request: HTTPReceiver.Request) throws -> (number: Int, incident: Int) {
        let object = try JSONObject(request.body)
        return (try #require(object.integer("change")), try #require(object.integer("id")))
    }

    @Test("The body is the incident, and the signature proves it, as the document checks it")
    func signed() async throws {
        let receiver = try await HTTPReceiver.start()
        try await bench.run([webhook(receiver, secret: "grid-secret")]) { service in
            try bench.judge("häuser \"1\"", hour: 0, score: 3.25)
            try await wait { receiver.taken.count == 1 }
            _ = try bench.journal.mark(
                1,
                IncidentMark(.acknowledge, at: Timestamp(milliseconds: 0), author: "Kim")
            )
            try await wait { receiver.taken.count == 2 }
            try await wait { service.count("delivered_total", of: "hook") == 2 }
            #expect(service.count("failures_total", of: "hook") == 0)
        }
        let (first, second) = (receiver.taken[0], receiver.taken[1])
        #expect(first.path == "/in?from=grid")
        #expect(first.header("content-type") == "application/json")
        #expect(first.header("gridkin-delivery") == "grid/1/1")
        #expect(second.header("gridkin-delivery") == "grid/1/2")
        let object = try JSONObject(first.body)
        #expect(object.text("index") == "grid" && object.integer("change") == 1 && object.integer("id") == 1)
        #expect(object.text("meter") == "häuser \"1\"" && object.text("state") == "open")
        #expect(object.number("peak") == 3.25 && object.text("sentence")?.isEmpty == false)
        #expect(try JSONObject(second.body).object("mark")?.text("author") == "Kim")
        for (secret, isRight) in [("grid-secret", true), ("another", false)] {
            let signature = try #require(first.header("gridkin-signature"))
            let said = try Self.documentedCheck(secret, signature, first.body)
            #expect(said == nil || said == isRight, "\(secret)")
        }
    }

    /// What the Python of docs/sinks.md says; nil without Python.
    private static func documentedCheck(_ secret: String, _ signature: String, _ body: String) throws -> Bool?
    {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/sinks.md"), encoding: .utf8)
        let code = try #require(page.components(separatedBy: "```python\n").dropFirst().first)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let call = "import sys\nprint(is_genuine(*(word.encode() for word in sys.argv[1:4])))"
        process.arguments = [
            "python3", "-c", code.components(separatedBy: "```")[0] + call, secret, signature, body,
        ]
        let output = Pipe()
        process.standardOutput = output
        guard (try? process.run()) != nil else { return nil }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus == 127 ? nil : text == "True\n"
    }

    @Test(
        "Whatever the server does, each incident arrives as it is at last, in its order, and nothing twice",
        arguments: 0..<4
    )
    func unreliable(seed: Int) async throws {
        let random = Mutex(SplitMix64(seed: UInt64(seed)))
        let receiver = try await HTTPReceiver.start { _, _ in
            switch random.withLock({ $0.next() % 12 }) {
            case 0: .status(500, "out of order")
            case 1: .status(429)
            case 2: .end
            case 3: .silence
            case 4: .status(503)
            default: .status(200)
            }
        }
        let patience = SinkBench.patience { $0.attempt = .milliseconds(1_000) }
        try await bench.run([webhook(receiver)], patience: patience) { service in
            var steps = SplitMix64(seed: UInt64(seed) + 100)
            for hour in 0..<60 {
                for meter in 0..<5 {
                    let score = steps.next() % 5 == 0 ? 1 + Double(steps.next() % 40) / 10 : 0.2
                    try bench.judge("m\(meter)", hour: hour, score: score)
                }
                if steps.next() % 4 == 0, let incident = try bench.incidents.randomElement(using: &steps) {
                    let mark = IncidentMark(.acknowledge, at: Timestamp(milliseconds: 0), note: "\(hour)")
                    _ = try bench.journal.mark(incident.id, mark)
                }
                try await Task.sleep(for: .milliseconds(5))
            }
            receiver.answer { _, _ in .status(200) }
            try await wait { try bench.journal.beginSink("hook") == bench.lastChange() }
            try await wait { service.count("waiting", of: "hook") == 0 }
            #expect(service.count("given_up_total", of: "hook") == 0)
            #expect(service.count("delivered_total", of: "hook") == receiver.taken.count)
        }
        let changes = try receiver.taken.map(change)
        #expect(Set(changes.map(\.number)).count == changes.count, "none comes twice")
        #expect(changes.map(\.number) == changes.map(\.number).sorted())
        var last: [Int: JSONObject] = [:]
        for request in receiver.taken { last[try change(request).incident] = try JSONObject(request.body) }
        let incidents = try bench.incidents
        #expect(last.count == incidents.count && incidents.count > 10)
        for incident in incidents {
            let told = try #require(last[Int(incident.id)])
            #expect(
                told.integer("alarms") == incident.run.alarms && told.number("peak") == incident.run.peakScore
            )
            #expect(told.text("end") == incident.end.map { "\($0)" })
            #expect(told.object("mark")?.text("note") == incident.mark?.note)
        }
    }

    @Test("Counts in are counts out, though both sides are stopped and started midway")
    func restarted() async throws {
        var receiver = try await HTTPReceiver.start()
        let port = receiver.port
        var taken: [HTTPReceiver.Request] = []
        let sink = webhook(receiver)
        try await bench.run([sink]) { _ in }
        for round in 0..<6 {
            let current = receiver
            try await bench.run([sink]) { _ in
                try bench.open(round * 50..<round * 50 + 50)
                // Stopped while some are delivered and others are not.
                try await wait { current.taken.count >= 10 }
                if round % 2 == 0 { try await current.stop() }
            }
            if round % 2 == 0 {
                taken += receiver.taken
                receiver = try await HTTPReceiver.start(port: port)
            }
        }
        let last = receiver
        try await bench.run([sink]) { _ in
            try await wait { try bench.journal.beginSink("hook") == bench.lastChange() }
        }
        taken += last.taken
        let changes = try taken.map(change)
        #expect(Set(changes.map(\.incident)) == Set(1...300))
        // What a server had taken when it was killed, before it could say so, it gets again.
        #expect(changes.count <= 303, "\(changes.count)")
    }

    @Test("What is refused for good is given up at once, with the answer, and holds nothing up")
    func refused() async throws {
        let receiver = try await HTTPReceiver.start { request, _ in
            request.body.contains("\"m1\"") ? .status(422, "no meter\n m1 here") : .status(200)
        }
        try await bench.run([webhook(receiver)]) { service in
            try bench.open(0..<4)
            try await wait { receiver.taken.count == 3 }
            try await wait { service.count("waiting", of: "hook") == 0 }
            #expect(service.count("given_up_total", of: "hook") == 1)
            #expect(service.count("failures_total", of: "hook") == 1)
        }
        #expect(receiver.requests.count == 4)
        #expect(bench.log.count == 1, "\(bench.log)")
        #expect(bench.log[0].contains("grid/2/2") && bench.log[0].contains("422"), "\(bench.log)")
        #expect(bench.log[0].contains("no meter m1 here"), "\(bench.log)")
    }

    @Test("What fails for too long is given up, said once, and the next is tried")
    func tooLong() async throws {
        let receiver = try await HTTPReceiver.start { _, _ in .status(500) }
        let patience = SinkBench.patience { $0.giveUp = .seconds(3) }
        try await bench.run([webhook(receiver)], patience: patience) { service in
            try bench.open(0..<1)
            try await wait { service.count("given_up_total", of: "hook") == 1 }
            #expect(receiver.requests.count > 1)
            receiver.answer { _, _ in .status(200) }
            try bench.open(1..<2)
            try await wait { receiver.taken.count == 1 }
            #expect(receiver.taken[0].header("gridkin-delivery") == "grid/2/2")
        }
        #expect(bench.log.filter { $0.contains("never gets") }.count == 1, "\(bench.log)")
        #expect(bench.log.filter { $0.contains("fails: ") }.count == 1, "\(bench.log)")
        #expect(bench.log.last?.contains("works again") == true, "\(bench.log)")
    }

    @Test("A sink that hangs delays no other, and neither does a redirect, which is not followed")
    func independent() async throws {
        let good = try await HTTPReceiver.start()
        let hanging = try await HTTPReceiver.start { _, _ in .silence }
        let moved = try await HTTPReceiver.start { _, _ in
            .status(302, location: "http://127.0.0.1:\(good.port)/elsewhere")
        }
        let sinks = [
            webhook(hanging, named: "hangs"), webhook(moved, named: "moved"), webhook(good, named: "good"),
        ]
        let patience = SinkBench.patience { $0.attempt = .seconds(100) }
        let begun = ContinuousClock.now
        try await bench.run(sinks, patience: patience) { service in
            try bench.open(0..<200)
            try await wait { service.count("delivered_total", of: "good") == 200 }
            try await wait { hanging.requests.count == 1 && moved.requests.count > 1 }
            try await wait { (service.count("waiting", of: "moved") ?? 0) == 200 }
            #expect(service.count("delivered_total", of: "hangs") == 0)
            #expect(service.count("delivered_total", of: "moved") == 0)
        }
        #expect(ContinuousClock.now - begun < .seconds(60), "the end waits for no time-out")
        #expect(good.requests.allSatisfy { $0.path == "/in?from=grid" })
        #expect(bench.log.contains { $0.contains("302") && $0.contains("/elsewhere") }, "\(bench.log)")
    }

    @Test("A delivery under way when the server is asked to end is finished")
    func ending() async throws {
        let gate = Mutex(false)
        let receiver = try await HTTPReceiver.start { _, _ in
            // On the receiver's own thread; the answer comes after the end has begun.
            while !gate.withLock(\.self) { usleep(1_000) }
            return .status(200)
        }
        try await bench.run([webhook(receiver)]) { _ in }
        try await bench.run([webhook(receiver)], patience: SinkBench.patience { $0.attempt = .seconds(30) }) {
            _ in
            try bench.open(0..<3)
            try await Task.sleep(for: .milliseconds(300))
            Thread.detachNewThread {
                usleep(300_000)
                gate.withLock { $0 = true }
            }
        }
        #expect(receiver.taken.count == 1)
        #expect(try bench.journal.beginSink("hook") == 1)
    }

    @Test("What cannot work is refused at the start")
    func mistakes() throws {
        let file = SinkSettings.Place.file(.init(path: bench.folder.path("out")))
        for (sinks, words) in [
            ([SinkSettings(name: "a b", place: file)], "letters, digits"),
            (
                [SinkSettings(name: "a", place: file), SinkSettings(name: "a", place: file)],
                "two sinks are called a"
            ),
            ([SinkSettings(name: "a", place: file, indexes: ["other"])], "served are grid"),
            ([SinkSettings(name: "a", place: .webhook(.init(url: "example.com")))], "http://HOST"),
            ([SinkSettings(name: "a", place: .alertmanager(url: "http://"))], "http://HOST"),
            ([SinkSettings(name: "a", place: .webhook(.init(url: "http://a@b/")))], "no user or password"),
            ([SinkSettings(name: "a", place: .file(.init(path: "a/")))], "not the folder"),
            ([SinkSettings(name: "a", place: .file(.init(path: "a", rotateBytes: 5)))], "4096 bytes"),
            ([SinkSettings(name: "a", place: .file(.init(path: "a", keep: 0)))], "can be kept"),
        ] {
            let error = #expect(throws: SinkError.self) { _ = try bench.service(sinks) }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
    }
}

extension SinkBench {
    /// The number of the newest change.
    func lastChange() throws -> Int64 { try journal.incidentChanges(after: 0, limit: .max).last?.number ?? 0 }
}
