import ProgramSupport
import TestSupport
import Testing

@Suite("gridkin incidents, ack, snooze, resolve, and their verbs", .timeLimit(.minutes(5)))
struct IncidentsCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.file("in.csv", HouseReading.file(houses: 1...2, hours: 0..<400))
        try Program.succeed(["build", "a", "--from", "in.csv"], in: folder)
    }

    private func push(_ client: LineClient, _ house: Int, _ hours: Range<Int>, alarmsAt: Set<Int> = []) throws
    {
        for hour in hours {
            let alarming = "house-\(house) \(HouseReading.time(hour: hour)) 45.5"
            let usual = HouseReading(house: house, hour: hour).arguments
            let reply = try client.ask("PUSH \(alarmsAt.contains(hour) ? alarming : usual) k=1")
            #expect(reply.hasPrefix("OK "), "\(reply)")
        }
    }

    @Test("Alarms are one incident, which is told at once, acted on, and printed")
    func told() throws {
        let server = try ServingProgram(["a"], in: folder)
        let client = try server.connect()
        try push(client, 1, 400..<406, alarmsAt: [403])
        let open = try client.ask("INCIDENTS open=true")
        #expect(open.contains(#""id":1,"meter":"house-1""#) && open.contains(#""end":null"#), "\(open)")
        #expect(open.contains(#""state":"open""#) && !open.contains("next"), "\(open)")
        #expect(try client.ask("INCIDENTS house-2").contains(#""incidents":[]"#))
        let kim = try client.ask(#"ACK 1 author=kim note="a fuse""#)
        #expect(kim.contains(#""state":"acknowledged""#) && kim.contains(#""note":"a fuse""#), "\(kim)")
        #expect(try client.ask("SNOOZE 1 2200-01-01").contains(#""state":"snoozed""#))
        for (request, code) in [
            ("SNOOZE 1 2001-01-01", "bad_time"), ("SNOOZE 1", "bad_request"), ("ACK 7", "no_incident"),
            ("ACK", "bad_request"), ("ACK one", "bad_request"), ("ACK -1", "bad_request"),
            ("ACK 1 by=kim", "bad_request"), ("ACK 1 note= x", "bad_request"),
            ("ACK 1 author=a author=b", "bad_request"), ("RESOLVE 1 note=\"x", "bad_request"),
            ("ACK 1 author=\(String(repeating: "a", count: 257))", "limit"),
            ("INCIDENTS house-1 house-2", "bad_request"), ("INCIDENTS open=yes", "bad_request"),
            ("INCIDENTS limit=0", "limit"), ("INCIDENTS from=tomorrow", "bad_time"),
            ("INCIDENTS from=2024-02-01 until=2024-01-01", "bad_request"),
            ("INCIDENTS nobody", "unknown_meter"),
        ] {
            #expect(try client.ask(request).hasPrefix("ERR \(code) "), "\(request)")
        }
        let resolved = try Program.succeed(["resolve", "a", "1", "--note", "done"], in: folder).output
        #expect(resolved == "incident 1 of house-1 is resolved\n")
        #expect(try server.stop() == 0)
        let lines = try Program.succeed(["incidents", "a", "--meter", "house-1"], in: folder).output
        #expect(lines.contains("\n1,house-1,\(HouseReading.time(hour: 403)),"), "\(lines)")
        #expect(lines.contains(",resolved,"))
        let json = try Program.succeed(["incidents", "a", "--json", "--since", "2190-01-01"], in: folder)
            .output
        #expect(json == "[]\n")
        let wrong = try Program.run(["incidents", "a", "--meter", "house-11"], in: folder)
        #expect(wrong.code == 2 && wrong.errors.contains("did you mean `house-1`?"), "\(wrong.errors)")
        let snoozed = try Program.succeed(["snooze", "a", "1", "--for", "2h", "--json"], in: folder).output
        #expect(snoozed.contains(#""state":"snoozed""#))
        #expect(try Program.run(["ack", "a", "99"], in: folder).errors.contains("no incident 99"))
    }

    @Test("Killed and started again, the server has each incident once, with its number")
    func killed() throws {
        var numbers: Set<Substring> = []
        for round in 0..<6 {
            let server = try ServingProgram(["a", "--durability", "always"], in: folder)
            let client = try server.connect()
            let first = 400 + round * 5
            try push(client, 1, first..<first + 5, alarmsAt: [403, 411, 428])
            let reply = try client.ask("INCIDENTS house-1")
            numbers.formUnion(reply.matches(of: /"id":(\d+),/).map(\.1))
            try server.crash()
        }
        let lines = try Program.succeed(["incidents", "a"], in: folder).output.split(separator: "\n")
        let starts = lines.dropFirst().map { $0.split(separator: ",")[2] }
        #expect(Set(starts).count == starts.count && !starts.isEmpty, "\(lines)")
        #expect(Set(lines.dropFirst().map { $0.split(separator: ",")[0] }) == numbers)
        try Program.succeed(["verify", "a"], in: folder)
    }

    @Test("Each reading that is on the disk has its judgement, whenever the server was killed")
    func everyReadingIsJudged() throws {
        for round in 0..<8 {
            let server = try ServingProgram(["a", "--durability", "always"], in: folder)
            let client = try server.connect()
            let lines = (0..<40).map { step in
                let time = HouseReading.time(hour: 400 + round * 40 + step)
                return "PUSH house-\(1 + round % 2) \(time) \(step % 13 == 0 ? "45.5" : "0.7") k=1\n"
            }
            try client.sendWithoutReading(lines.joined())
            for _ in 0..<1 + round * 4 { _ = try client.line() }
            try server.crash()
        }
        // What was not judged is judged when the server starts.
        let server = try ServingProgram(["a"], in: folder)
        _ = try server.ask("INCIDENTS")
        #expect(try server.stop() == 0)
        let since = HouseReading.time(hour: 400)
        let held = try Program.succeed(["readings", "a", "--since", since], in: folder).outputLines
        let judged = try Program.succeed(["judgements", "a"], in: folder).outputLines
        let times = { (lines: [Substring]) in lines.dropFirst().map { $0.split(separator: ",").prefix(2) } }
        #expect(times(judged).count > 8 * 5 && times(judged) == times(held))
    }
}
