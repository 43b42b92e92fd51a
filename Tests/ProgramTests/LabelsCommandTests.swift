import ProgramSupport
import TestSupport
import Testing

@Suite("LABEL of ranges, UNLABEL and LABELS, and the commands", .timeLimit(.minutes(5)))
struct LabelsCommandTests {
    private let folder: TemporaryFolder
    private func time(_ hour: Int) -> String { HouseReading.time(hour: hour) }

    init() throws {
        folder = try TemporaryFolder()
        try folder.file("in.csv", HouseReading.file(houses: 1...2, hours: 0..<400))
        try Program.succeed(["build", "a", "--from", "in.csv"], in: folder)
    }

    @Test("A server takes them, and tells them by pages")
    func served() throws {
        let server = try ServingProgram(["a"], in: folder)
        let client = try server.connect()
        let (one, other) = (time(310), time(315))
        let labelled = try JSONObject(
            reply: client.ask(
                "LABEL house-1 \(one)..\(other),\(time(300)) anomalous dip author=ana repair=\"fuse, 3 h\""
            )
        )
        #expect(labelled.integer("readings") == 7 && labelled.integer("replaced") == 0)
        #expect(labelled.text("first") == time(300) && labelled.text("last") == other)
        #expect(labelled.integer("counting") == 7 && labelled.boolean("counts") == true)
        let nearest = try JSONObject(reply: client.ask("QUERY house-1 \(one) 0.7 k=20 WHERE kind=dip"))
        #expect(nearest.objects("neighbours")?.count == 7)
        let back = try client.ask("UNLABEL house-1 \(one)..\(time(311)) author=bo note=\"not here\"")
        #expect(back.contains(#""readings":2,"withdrawn":2,"labels":9}"#), "\(back)")
        let left = try JSONObject(reply: client.ask("QUERY house-1 \(one) 0.7 k=20 WHERE kind=dip"))
        #expect(left.objects("neighbours")?.count == 5)
        let page = try client.ask("LABELS house-1 \(one) \(time(314)) limit=2")
        #expect(page.hasSuffix(#","next":4}"#), "\(page)")
        #expect(
            page.contains(#""author":"ana","repair":"fuse, 3 h","in_effect":false,"withdrawn":{"given":"#)
        )
        #expect(page.contains(#""author":"bo","note":"not here"}}"#))
        let rest = try client.ask("LABELS house-1 \(one) \(time(314)) start=4")
        #expect(rest.matches(of: /"in_effect":true/).count == 2 && !rest.contains("next"))
        #expect(try client.ask("LABELS").matches(of: /"number":/).count == 7)
        #expect(try client.ask("LABELS house-2") == #"OK {"labels":[]}"#)
        for (request, code) in [
            ("LABEL house-1 \(other)..\(one) normal", "bad_request"),
            ("LABEL house-1 2023-01-05T00:10Z..2023-01-05T00:50Z normal", "no_reading"),
            ("LABEL house-1 \(one),2023-01-05T00:10Z normal", "no_reading"),
            ("LABEL house-9 \(one)..\(other) normal", "unknown_meter"),
            ("UNLABEL house-9 \(one)", "unknown_meter"), ("LABELS house-9", "unknown_meter"),
            ("LABELS house-1 \(other) \(one)", "bad_request"),
        ] {
            try #expect(client.ask(request).hasPrefix("ERR \(code) "), "\(request)")
        }
        #expect(try client.ask("INFO").contains(#""labels":9"#))
        #expect(try server.stop() == 0)
        let printed = try Program.succeed(["labels", "a", "--in-effect"], in: folder).output
        #expect(printed.split(separator: "\n").count == 6)
    }

    @Test("The commands do the same without a server")
    func commands() throws {
        let several = ["label", "a", "house-2", "\(time(310))..\(time(312))", "anomalous", "dip"]
        let said = ["--author", "ana", "--note", "=1+1", "--cause", "storm", "--repair", "fuse, 3 h"]
        let first = try Program.succeed(several + said, in: folder).output
        #expect(
            first
                == "3 readings of house-2 from \(time(310)) through \(time(312)) are labelled anomalous (dip), "
                + "from the next query on\n"
        )
        let second = try Program.succeed(["label", "a", "house-2", time(311), "normal"], in: folder).output
        #expect(second.hasSuffix("normal, from the next query on; 1 had another label, which it replaces\n"))
        let back = ["unlabel", "a", "house-2", "\(time(309)),\(time(311))..\(time(400))", "--author", "bo"]
        let result = try Program.succeed(back + ["--json"], in: folder).json()
        #expect(result.integer("withdrawn") == 2 && result.integer("readings") == 90)
        let again = try Program.succeed(back, in: folder).output
        #expect(again.hasPrefix("no person has labelled house-2 from \(time(309)) "), "\(again)")
        let lines = try Program.succeed(["labels", "a"], in: folder).output.split(separator: "\n")
        let columns =
            "meter,timestamp,label,kind,number,given,author,note,cause,repair,state,withdrawn,"
            + "withdrawn_by,withdrawn_note"
        #expect(lines.first.map(String.init) == columns && lines.count == 5)
        let given = "[0-9T:.Z-]+"
        for (line, pattern) in zip(
            lines.dropFirst(),
            [
                "house-2,\(time(310)),anomalous,dip,1,\(given),ana,'=1\\+1,storm,\"fuse, 3 h\",counts,,,",
                "house-2,\(time(311)),anomalous,dip,2,\(given),ana,'=1\\+1,storm,\"fuse, 3 h\",replaced,,,",
                "house-2,\(time(312)),anomalous,dip,3,\(given),ana,'=1\\+1,storm,\"fuse, 3 h\","
                    + "withdrawn,\(given),bo,",
                "house-2,\(time(311)),normal,,4,\(given),,,,,withdrawn,\(given),bo,",
            ]
        ) {
            #expect(try Regex("^\(pattern)$").wholeMatch(in: line) != nil, "\(line)")
        }
        for wrong in [["x..y"], ["\(time(310)).."], [time(310), "--note", ""], [time(310), "--cause", "x"]] {
            #expect(try Program.run(["unlabel", "a", "house-2"] + wrong, in: folder).code == 64, "\(wrong)")
        }
        #expect(try Program.run(["labels", "a", "--meter", "house-9"], in: folder).code == 2)
    }
}
