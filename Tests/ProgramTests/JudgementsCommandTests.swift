import ProgramSupport
import TestSupport
import Testing

@Suite("gridkin judgements and JUDGEMENTS", .timeLimit(.minutes(5)))
struct JudgementsCommandTests {
    @Test("What the replies said is told by pages, and printed as CSV")
    func told() throws {
        let folder = try TemporaryFolder()
        try folder.file("in.csv", HouseReading.file(houses: 1...2, hours: 0..<400))
        try Program.succeed(["build", "a", "--from", "in.csv"], in: folder)
        let server = try ServingProgram(["a"], in: folder)
        let client = try server.connect()
        var said: [String] = []
        for hour in 400..<406 {
            let value = hour == 403 ? "45.5" : "0.7"
            let reply = try client.ask("PUSH house-1 \(HouseReading.time(hour: hour)) \(value) k=1")
            let figures = /"verdict":"([a-z]+)","score":([0-9.e+-]+),"p":([0-9.e-]+)(?:,"kind":"([a-z]+)")?/
            let word = try #require(reply.firstMatch(of: figures))
            said.append("\(word.1),\(word.2),\(word.3),\(word.4 ?? "")")
        }
        let (from, until) = (HouseReading.time(hour: 401), HouseReading.time(hour: 405))
        let page = try client.ask("JUDGEMENTS house-1 \(from) \(until) limit=2")
        #expect(page.hasSuffix(#","next":"\#(HouseReading.time(hour: 403))"}"#), "\(page)")
        #expect(page.matches(of: /"time":/).count == 2 && page.contains(#""time":"\#(from)","verdict":"#))
        let rest = try client.ask("judgements house-1 \(HouseReading.time(hour: 403)) \(until)")
        #expect(rest.matches(of: /"time":/).count == 2 && !rest.contains("next"))
        #expect(try client.ask("JUDGEMENTS house-2 \(from) \(until)").contains(#""judgements":[]"#))
        for (request, code) in [
            ("JUDGEMENTS house-1 \(until) \(from)", "bad_request"),
            ("JUDGEMENTS house-1 \(from)", "bad_request"),
            ("JUDGEMENTS house-1 \(from) \(until) limit=0", "limit"),
            ("JUDGEMENTS house-1 \(from) \(until) last=3", "bad_request"),
            ("JUDGEMENTS house-1 \(from) \(until) limit=2 x", "bad_request"),
            ("JUDGEMENTS house-9 \(from) \(until)", "unknown_meter"),
        ] {
            try #expect(client.ask(request).hasPrefix("ERR \(code) "), "\(request)")
        }
        #expect(try server.stop() == 0)
        let lines = try Program.succeed(["judgements", "a"], in: folder).output.split(separator: "\n")
        #expect(
            lines.first?.hasPrefix("meter,timestamp,verdict,score,p,kind,generation,second_verdict") == true
        )
        #expect(lines.count == 7)
        for (index, line) in lines.dropFirst().enumerated() {
            let time = HouseReading.time(hour: 400 + index)
            #expect(line == "house-1,\(time),\(said[index]),1,,,,,", "\(line)")
        }
        let alarms = try Program.succeed(["judgements", "a", "--alarms"], in: folder).output
        let expected = said.count { !$0.hasPrefix("normal") }
        #expect(expected > 0 && alarms.split(separator: "\n").count == 1 + expected)
        let some = ["judgements", "a", "--meter", "house-1", "--since", from, "--until", until]
        #expect(try Program.succeed(some, in: folder).output.split(separator: "\n").count == 5)
    }
}
