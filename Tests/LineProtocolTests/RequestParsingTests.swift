import Foundation
import Incidents
import LineProtocol
import NIOCore
import Readings
import Statistics
import Testing
import Verdicts

@Suite("Request parsing")
struct RequestParsingTests {
    private static let name256 = String(repeating: "n", count: 256)
    private static let kind64 = String(repeating: "k", count: 64)

    @Test(
        "What a line says",
        arguments: [
            ("PING", "ping"),
            ("  ping\t", "ping"),
            ("Info", "info"),
            ("STATS", "stats"),
            ("RELOAD", "reload"),
            ("QUIT", "quit"),
            ("HELP", "help"),
            ("HELP query", "help QUERY"),
            ("USE demo", "use demo"),
            (#"USE "two words""#, "use two words"),
            ("AUTH s3cret", "auth s3cret"),
            ("QUERY m 2024-01-01 1", "query m 2024-01-01T00:00:00Z [1.0] k=10"),
            ("QUERY m 2024-01-01 1 - -2.5e-3", "query m 2024-01-01T00:00:00Z [1.0, nan, -0.0025] k=10"),
            ("QUERY m 2024-01-01 1 k=256 probes=7", "query m 2024-01-01T00:00:00Z [1.0] k=256 probes=7"),
            ("QUERY m 2024-01-01 1 why=true k=1", "query m 2024-01-01T00:00:00Z [1.0] k=1 why"),
            ("PUSH m 2024-01-01 1 why=FALSE", "push m 2024-01-01T00:00:00Z [1.0] k=10"),
            (
                #"QUERY {"why":true,"meter":"m","end":"2024-01-01","values":[[1]]}"#,
                "query m 2024-01-01T00:00:00Z [[1.0]] - k=10 why"
            ),
            (
                #"TRUTH {"meter":"m","why":false,"end":"2024-01-01","values":[[1]]}"#,
                "truth m 2024-01-01T00:00:00Z [[1.0]] - k=10"
            ),
            ("QUERY m 2024-01-01 1 probes=7 k=1", "query m 2024-01-01T00:00:00Z [1.0] k=1 probes=7"),
            ("QUERY m 2024-01-01 1 k=2 WHERE kind=spike", "query m 2024-01-01T00:00:00Z [1.0] k=2 filtered"),
            (
                #"push m 2024-01-01 1 where meter != "a b"  And time>=2024-01-01 aNd kind="" "#,
                "push m 2024-01-01T00:00:00Z [1.0] k=10 filtered"
            ),
            (
                #"QUERY {"meter":"m","end":"2024-01-01","values":[[1]],"where":"kind=\"a b\" AND time<2024-01-07"}"#,
                "query m 2024-01-01T00:00:00Z [[1.0]] - k=10 filtered"
            ),
            ("QUERY a=b 2024-01-01 1", "query a=b 2024-01-01T00:00:00Z [1.0] k=10"),
            (
                #"QUERY "a \u00e9\ud83d\ude00\"\\\/" "2024-01-01 02:00" 1"#,
                "query a é😀\"\\/ 2024-01-01T02:00:00Z [1.0] k=10"
            ),
            ("TRUTH m 2024-01-01 1e15", "truth m 2024-01-01T00:00:00Z [1000000000000000.0] k=10"),
            ("PUSH m 2024-01-01 -", "push m 2024-01-01T00:00:00Z [nan] k=10"),
            (
                "PUSH m 2024-01-01 .95 1e3 +1 01 5. -.5",
                "push m 2024-01-01T00:00:00Z [0.95, 1000.0, 1.0, 1.0, 5.0, -0.5] k=10"
            ),
            (
                "JUDGEMENTS m 2024-01-01 2024-01-02",
                "judgements m 2024-01-01T00:00:00Z 2024-01-02T00:00:00Z 1000"
            ),
            (
                #"judgements "a b" 2024-01-01 2024-01-02 LIMIT=7"#,
                "judgements a b 2024-01-01T00:00:00Z 2024-01-02T00:00:00Z 7"
            ),
            ("INCIDENTS", "incidents - - - false 0 1000"),
            (
                #"incidents "a=b" UNTIL=2024-01-02 from="2024-01-01 05:00" open=true after=7 limit=3"#,
                "incidents a=b 2024-01-01T05:00:00Z 2024-01-02T00:00:00Z true 7 3"
            ),
            ("REVIEW", "review 1000"), ("review LIMIT=3", "review 3"),
            ("INCIDENTS open=false", "incidents - - - false 0 1000"),
            ("ACK 3", "ack 3 acknowledge - -"),
            (#"resolve 3 note="a b" author=kim"#, "resolve 3 resolve kim a b"),
            (
                "SNOOZE 3 2024-01-01T02:00:00Z note=x",
                "snooze 3 snooze(until: 2024-01-01T02:00:00Z) - x"
            ),
            ("LABEL m 2024-01-01 normal", "label m 2024-01-01T00:00:00Z normal -"),
            ("LABEL m 2024-01-01 anomalous", "label m 2024-01-01T00:00:00Z anomalous -"),
            ("LABEL m 2024-01-01 anomalous spike", "label m 2024-01-01T00:00:00Z anomalous spike"),
            (#"LABEL m 2024-01-01 anomalous "a b""#, "label m 2024-01-01T00:00:00Z anomalous a b"),
            (#"LABEL m 2024-01-01 anomalous "a=b""#, "label m 2024-01-01T00:00:00Z anomalous a=b"),
            (
                #"LABEL m 2024-01-01 anomalous dip Note="a \"b\" =c" repair=2h author=ana cause="=""#,
                "label m 2024-01-01T00:00:00Z anomalous dip author=ana note=a \"b\" =c cause== repair=2h"
            ),
            (
                "LABEL m 2024-01-01..2024-01-02 normal note=x=y",
                "label m 2024-01-01T00:00:00Z..2024-01-02T00:00:00Z normal - note=x=y"
            ),
            (
                #"LABEL m "2024-01-01 00:00,2024-01-02 01:00..2024-01-03" normal"#,
                "label m 2024-01-01T00:00:00Z,2024-01-02T01:00:00Z..2024-01-03T00:00:00Z normal -"
            ),
            ("LABEL m incident=7,2024-01-01 normal", "label m incident 7,2024-01-01T00:00:00Z normal -"),
            ("LABEL m 2024-01-01 normal dry=true", "label m 2024-01-01T00:00:00Z normal - dry"),
            ("LABEL m 2024-01-01 normal dry=false", "label m 2024-01-01T00:00:00Z normal -"),
            ("LABEL m 2024-01-01T00:00:00,500Z normal", "label m 2024-01-01T00:00:00.500Z normal -"),
            ("UNLABEL m 1704067200..2024-01-01", "unlabel m 2024-01-01T00:00:00Z..2024-01-01T00:00:00Z"),
            (#"unlabel m 2024-01-01 author="a b""#, "unlabel m 2024-01-01T00:00:00Z author=a b"),
            ("LABELS", "labels - - - 1 1000"), ("labels limit=3", "labels - - - 1 3"),
            ("LABELS m START=7", "labels m - - 7 1000"),
            (
                "LABELS m 2024-01-01 2024-01-02 limit=2 start=3",
                "labels m 2024-01-01T00:00:00Z 2024-01-02T00:00:00Z 3 2"
            ),
            (
                "LABEL \(name256) 2024-01-01 anomalous \(kind64)",
                "label \(name256) 2024-01-01T00:00:00Z anomalous \(kind64)"
            ),
            (
                #"QUERY {"meter":"m","end":"2024-01-01","values":[[1,null],[-2,3e2]]}"#,
                "query m 2024-01-01T00:00:00Z [[1.0, nan], [-2.0, 300.0]] - k=10"
            ),
            (
                #"TRUTH  { "k" : 3 , "probes":2, "interval":900, "values":[ [ 1 ] ], "end":"2024-01-01", "meter":"m" } "#,
                "truth m 2024-01-01T00:00:00Z [[1.0]] 900000 k=3 probes=2"
            ),
        ]
    )
    func understood(line: String, meaning: String) throws {
        #expect(describe(try Request(parsing: ByteBuffer(string: line))) == meaning)
    }

    @Test("A condition is read correctly")
    func conditions() throws {
        var expected = NeighbourFilter()
        try expected.require("meter", .notEqual, "a b")
        try expected.require("time", .atLeast, "2024-01-01")
        try expected.require("kind", .equal, "")
        let text = #"meter != "a b"  And time>=2024-01-01 aNd kind="" "#
        #expect(try NeighbourFilter(parsing: text) == expected)
        let line = "PUSH m 2024-01-01 1 where " + text
        guard case .push(_, let options) = try Request(parsing: ByteBuffer(string: line)) else {
            Issue.record("not a PUSH")
            return
        }
        #expect(options.filter == expected && !options.exact)
        let query =
            #"TRUTH {"meter":"m","end":"2024-01-01","values":[[1]],"where":"label=normal AND time<2024-01-07"}"#
        guard case .truth(_, let exact) = try Request(parsing: ByteBuffer(string: query)) else {
            Issue.record("not a TRUTH")
            return
        }
        expected = NeighbourFilter()
        try expected.require("label", .equal, "normal")
        try expected.require("time", .less, "2024-01-07")
        #expect(exact.filter == expected && exact.exact)
    }

    @Test(
        "What is wrong with a line",
        arguments: [
            ("", ErrorCode.badRequest), ("   ", .badRequest),
            ("PINGPONGPING", .unknownVerb), ("\"PING\"", .unknownVerb), ("PING1", .unknownVerb),
            ("PING PONG", .badRequest), ("INFO x", .badRequest), ("QUIT now", .badRequest),
            ("HELP nothing", .unknownVerb), ("HELP PING PING", .badRequest),
            ("USE", .badRequest), (#"USE """#, .badRequest), ("USE a b", .badRequest),
            (#"USE "a\n""#, .badRequest), (#"USE "a\u0085""#, .badRequest), ("USE \(name256)n", .limit),
            ("AUTH", .badRequest), ("AUTH \(String(repeating: "x", count: 1_025))", .limit),
            ("QUERY", .badRequest), ("QUERY m", .badRequest), ("QUERY m 2024-01-01", .badRequest),
            ("QUERY m 2024-01-01 k=3", .badRequest),
            ("QUERY m \(String(repeating: "1", count: 65)) 1", .badTime), (#"QUERY m "" 1"#, .badTime),
            ("QUERY m yesterday 1", .badTime), ("PUSH m 2024-13-01 1", .badTime),
            ("LABEL m 2024-01-01T25:00:00Z normal", .badTime),
            ("LABEL m incident=x normal", .badRequest), ("UNLABEL m incident=", .badRequest),
            ("LABEL m 2024-01-01 normal dry=maybe", .badRequest),
            ("UNLABEL m 2024-01-01 dry=true", .badRequest),
            ("LABEL m 2024-01-01.. normal", .badTime), ("LABEL m 2024-01-01, normal", .badTime),
            ("LABEL m 2024-01-01..2024-01-02..2024-01-03 normal", .badTime),
            ("LABEL m 2024-01-02..2024-01-01 normal", .badRequest),
            ("LABEL m 2024-01-01 normal spike note=x", .badLabel),
            ("LABEL m 2024-01-01 normal note=x spike", .badRequest),
            ("LABEL m 2024-01-01 anomalous note=", .badRequest),
            ("LABEL m 2024-01-01 anomalous note=a note=b", .badRequest),
            ("LABEL m 2024-01-01 anomalous why=x", .badRequest),
            (#"LABEL m 2024-01-01 anomalous note="a"b"#, .badRequest),
            (#"LABEL m 2024-01-01 anomalous note="a\n""#, .badRequest),
            ("LABEL m 2024-01-01 anomalous note=\(String(repeating: "x", count: 1_025))", .limit),
            ("UNLABEL m", .badRequest), ("UNLABEL m 2024-01-01 normal", .badRequest),
            ("UNLABEL m 2024-01-01 cause=x", .badRequest),
            ("LABELS m 2024-01-02 2024-01-01", .badRequest), ("LABELS m soon", .badTime),
            ("LABELS m 2024-01-01 2024-01-02 x", .badRequest), ("LABELS limit=1001", .limit),
            ("LABELS limit=x", .badRequest), ("LABELS start=0", .limit), ("LABELS last=3", .badRequest),
            (#"QUERY {"meter":"m","end":"soon","values":[[1]]}"#, .badTime),
            ("QUERY m 2024-01-01 1 WHERE colour=red", .badFilter),
            ("QUERY m 2024-01-01 1 WHERE kind<spike", .badFilter),
            ("QUERY m 2024-01-01 1 WHERE time<soon", .badFilter),
            ("QUERY m 2024-01-01 x", .badValue), ("QUERY m 2024-01-01 1x", .badValue),
            ("QUERY m 2024-01-01 nan", .badValue),
            ("QUERY m 2024-01-01 inf", .badValue), ("QUERY m 2024-01-01 0x10", .badValue),
            ("QUERY m 2024-01-01 ++1", .badValue), ("QUERY m 2024-01-01 .", .badValue),
            ("QUERY m 2024-01-01 1e", .badValue), ("QUERY m 2024-01-01 --", .badValue),
            ("QUERY m 2024-01-01 null", .badValue),
            ("QUERY m 2024-01-01 1.1e15", .badValue), ("QUERY m 2024-01-01 -1e999", .badValue),
            ("QUERY m 2024-01-01 0,4", .badValue),
            ("PUSH m 2024-01-01 1,5", .badValue),
            ("QUERY m 2024-01-01 1 k=0", .limit), ("QUERY m 2024-01-01 1 k=257", .limit),
            ("QUERY m 2024-01-01 1 probes=4097", .limit),
            ("QUERY m 2024-01-01 1 why=perhaps", .badRequest),
            ("QUERY m 2024-01-01 1 why=", .badRequest),
            ("QUERY m 2024-01-01 1 why=true why=true", .badRequest),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[[1]],"why":"true"}"#, .badRequest),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[[1]],"why":1}"#, .badRequest),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[[1]],"why":"#, .badRequest),
            ("QUERY m 2024-01-01 1 k=", .badRequest), ("QUERY m 2024-01-01 1 k=x", .badRequest),
            ("QUERY m 2024-01-01 1 k=1.5", .badRequest),
            ("QUERY m 2024-01-01 1 k=1 k=2", .badRequest), ("QUERY m 2024-01-01 1 j=1", .badRequest),
            ("QUERY m 2024-01-01 1 k=1 2", .badRequest), ("QUERY m 2024-01-01 1 =", .badRequest),
            ("QUERY m 2024-01-01 1 WHERE", .badFilter), ("QUERY m 2024-01-01 1 WHERE kind", .badFilter),
            ("QUERY m 2024-01-01 1 WHERE kind=", .badFilter),
            ("QUERY m 2024-01-01 1 WHERE =spike", .badFilter),
            ("QUERY m 2024-01-01 1 WHERE kind==spike", .badFilter),
            ("QUERY m 2024-01-01 1 WHERE kind=a kind=b", .badFilter),
            ("QUERY m 2024-01-01 1 WHERE kind=a AND", .badFilter),
            ("QUERY m 2024-01-01 1 WHERE kind=a AND AND", .badFilter),
            ("QUERY m 2024-01-01 1 WHERE kind=a k=3", .badFilter),
            ("QUERY m 2024-01-01 1 WHERE kind=\"a", .badRequest),
            ("QUERY m 2024-01-01 1 WHERE kind=\(name256)n", .limit),
            ("QUERY m 2024-01-01 1 WHERE a=1\(String(repeating: " AND a=1", count: 16))", .limit),
            ("QUERY m 2024-01-01 WHERE kind=a", .badRequest),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[[1]],"where":"kind"}"#, .badFilter),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[[1]],"where":7}"#, .badRequest),
            ("QUERY \"m t 1", .badRequest), ("QUERY \"m\\", .badRequest), ("QUERY \"m\"t 1", .badRequest),
            (#"QUERY "\x" t 1"#, .badRequest), (#"QUERY "\ud83d" t 1"#, .badRequest),
            (#"QUERY "\ude00" t 1"#, .badRequest), (#"QUERY "\u12" t 1"#, .badRequest),
            ("LABEL m 2024-01-01", .badRequest), ("LABEL m 2024-01-01 odd", .badLabel),
            ("LABEL m 2024-01-01 normal spike", .badLabel),
            ("LABEL m 2024-01-01 anomalous \(kind64)k", .limit),
            ("LABEL m 2024-01-01 anomalous a b", .badRequest),
            ("PUSH {}", .badRequest), ("QUERY {", .badRequest), ("QUERY {}", .badRequest),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[]}"#, .badRequest),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[1]}"#, .badRequest),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[[1],[1,2]]}"#, .wrongChannels),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[["1"]]}"#, .badValue),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[[nul]]}"#, .badValue),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[[1e16]]}"#, .badValue),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[[1]"#, .badRequest),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[[1]]} x"#, .badRequest),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[[1]],}"#, .badRequest),
            (#"QUERY {"meter":"m","meter":"m","end":"2024-01-01","values":[[1]]}"#, .badRequest),
            (#"QUERY {"meter":7,"end":"2024-01-01","values":[[1]]}"#, .badRequest),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[[1]],"k":0}"#, .limit),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[[1]],"k":"3"}"#, .badRequest),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[[1]],"interval":86401}"#, .limit),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[[1]],"colour":1}"#, .badRequest),
            ("PING\u{0}", .badEncoding), ("USE a\u{7f}", .badEncoding), ("USE a\rb", .badEncoding),
            ("USE a\u{85}", .badEncoding),
        ]
    )
    func refused(line: String, code: ErrorCode) {
        #expect(throws: RequestError.self) { try Request(parsing: ByteBuffer(string: line)) }
        #expect(self.code(of: Array(line.utf8)) == code, "\(line)")
    }

    @Test(
        "A decimal comma is recognised, and nothing else is mistaken for one",
        arguments: [
            ("QUERY m 2024-01-01 0,4", true), ("PUSH m 2024-01-01 1 -12,5 k=3", true),
            ("PUSH m 2024-01-01 x", false),
            ("PUSH m 2024-01-01 spike,dip", false),
            (#"QUERY {"meter":"m","end":"2024-01-01","values":[["1","2"]]}"#, false),
        ]
    )
    func decimalComma(line: String, isNamed: Bool) {
        let error = #expect(throws: RequestError.self) { try Request(parsing: ByteBuffer(string: line)) }
        #expect(error?.code == .badValue)
        #expect(
            error?.sentence.contains("write decimals after a point") == isNamed,
            "\(error?.sentence ?? "")"
        )
    }

    @Test(
        "What programs write for a missing value is answered with what to write",
        arguments: ["NaN", "nan", "NA", "n/a", "null", "None", "inf"]
    )
    func missing(word: String) {
        let error = #expect(throws: RequestError.self) {
            try Request(parsing: ByteBuffer(string: "PUSH m 2024-01-01 1 \(word)"))
        }
        #expect(error?.code == .badValue)
        #expect(error?.sentence.contains("write - for a missing value") == (word != "inf"))
    }

    @Test(
        "Bytes that are not UTF-8",
        arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80]]
    )
    func notUTF8(bytes: [UInt8]) {
        #expect(code(of: Array("USE a".utf8) + bytes) == .badEncoding)
    }

    @Test("1,024 values pass, one more does not")
    func valueLimit() throws {
        let longest = "PUSH m 2024-01-01" + String(repeating: " -1.7976931348623157e-308", count: 1_024)
        guard case .push(let reading, _) = try Request(parsing: ByteBuffer(string: longest)) else {
            Issue.record("not a PUSH")
            return
        }
        #expect(reading.values.count == 1_024)
        #expect(code(of: Array((longest + " 1").utf8)) == .limit)
        let row = [String](repeating: "1", count: 1_025).joined(separator: ",")
        #expect(
            code(of: Array(#"QUERY {"meter":"m","end":"2024-01-01","values":[[\#(row)]]}"#.utf8)) == .limit
        )
    }

    @Test("The longest PUSH fits in a line, as the document says")
    func longestPush() {
        let name = String(repeating: #"\u0041"#, count: RequestLimit.nameBytes)
        let value = " -1.7976931348623157e-308"
        #expect(value.utf8.count == 25)
        let push = "PUSH \"\(name)\" 2024-01-01" + String(repeating: value, count: RequestLimit.values)
        #expect(push.utf8.count < RequestLimit.lineBytes)
        #expect(code(of: Array(push.utf8)) == nil)
    }

    @Test("Numbers are those of the standard library, to the bit")
    func numbers() throws {
        var random = SplitMix64(seed: 11)
        for _ in 0..<20_000 {
            let text = randomNumber(&random)
            guard let expected = Double(text), abs(expected) <= RequestLimit.magnitude else { continue }
            guard
                case .query(.reading(let reading), _) = try Request(
                    parsing: ByteBuffer(string: "QUERY m 2024-01-01 \(text)")
                )
            else {
                Issue.record("\(text) is not a query of a reading")
                continue
            }
            #expect(reading.values.map(\.bitPattern) == [expected.bitPattern], "\(text)")
        }
    }

    @Test("Random bytes and mangled requests never crash, and never give an empty sentence")
    func fuzz() {
        var random = SplitMix64(seed: 13)
        let seeds = [
            #"QUERY {"meter":"m \u00e9","end":"2024-01-01","values":[[1,null],[-2e1,3]],"k":3,"interval":9}"#,
            #"PUSH "a b" 2024-01-01T00:00:00Z 1 -2.5 - k=3 probes=2 WHERE meter="c d" AND time >= 2024-01-01"#,
            "LABEL m 2024-01-01 anomalous spike",
        ].map { Array($0.utf8) }
        let alphabet: [UInt8] = Array("\"\\{}[]:,ue-+.019 \t=kK\u{e9}\u{2028}".utf8) + [0, 0xFF, 0xC2]
        for round in 0..<30_000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: at)
                case 1: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: at)
                case 2: bytes[at] = UInt8.random(in: 0...255, using: &random)
                default: bytes.removeSubrange(at...)
                }
            }
            do {
                _ = try Request(parsing: ByteBuffer(bytes: bytes))
            } catch {
                #expect(!error.sentence.isEmpty && !error.code.closesConnection)
            }
        }
    }

    private func code(of bytes: [UInt8]) -> ErrorCode? {
        do {
            _ = try Request(parsing: ByteBuffer(bytes: bytes))
            return nil
        } catch {
            return error.code
        }
    }

    private func randomNumber(_ random: inout SplitMix64) -> String {
        var text = Bool.random(using: &random) ? "-" : ""
        text += String(
            UInt64.random(in: 0...UInt64.max, using: &random) >> UInt64.random(in: 0...63, using: &random)
        )
        if Bool.random(using: &random) {
            text += "."
            for _ in 0...Int.random(in: 0...20, using: &random) {
                text += String(Int.random(in: 0...9, using: &random))
            }
        }
        if Bool.random(using: &random) { text += "e" + String(Int.random(in: -40...10, using: &random)) }
        return text
    }
}
