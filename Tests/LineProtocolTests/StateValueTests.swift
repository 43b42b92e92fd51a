import LineProtocol
import NIOCore
import Readings
import Testing
import Verdicts

/// Words of states among the values of requests.
@Suite("States in requests")
struct StateValueTests {
    private static let states = States([
        State(name: "mode", words: ["auf Batterie", "online", "x=1"], column: 1),
        State(name: "code", words: ["0", "5"], column: 2),
    ])

    private func parse(_ line: String) throws(RequestError) -> Request {
        try Request(parsing: ByteBuffer(string: line), states: Self.states)
    }

    @Test(
        "Words become their codes, those that the index does not know that of any other word",
        arguments: [
            ("PUSH m 2024-01-01 1.5 online 5", [1.5, 1, 1]),
            ("PUSH m 2024-01-01 1.5 \"auf Batterie\" 0 k=3", [1.5, 0, 0]),
            ("PUSH m 2024-01-01 1.5 ONLINE 0", [1.5, 1, 0]),
            ("PUSH m 2024-01-01 1.5 \"x=1\" 0 WHERE kind=a", [1.5, 2, 0]),
            ("QUERY m 2024-01-01 -2 off 7", [-2, 3, 2]),
            ("QUERY m 2024-01-01 -2 \"where\" 0 WHERE kind=a", [-2, 3, 0]),
        ]
    )
    func words(line: String, values: [Double]) throws {
        switch try parse(line) {
        case .push(let reading, _), .query(.reading(let reading), _): #expect(reading.values == values)
        default: Issue.record("not a reading")
        }
    }

    @Test("- is a missing word, and an option ends the values")
    func missing() throws {
        guard case .push(let reading, let options) = try parse("PUSH m 2024-01-01 1 - k=2") else {
            Issue.record("not a PUSH")
            return
        }
        #expect(reading.values[0] == 1 && reading.values[1].isNaN && reading.values.count == 2)
        #expect(options.neighbours == 2)
    }

    @Test("A window has words as JSON strings")
    func window() throws {
        let line =
            #"QUERY {"meter":"m","end":"2024-01-01","values":[[1,"online","0"],[2,null,"9"],[3,"\u006fff","5"]]}"#
        guard case .query(.window(let window), _) = try parse(line) else {
            Issue.record("not a window")
            return
        }
        #expect(window.rows[0] == [1, 1, 0] && window.rows[2] == [3, 3, 1])
        #expect(window.rows[1][1].isNaN && window.rows[1][2] == 2)
    }

    @Test(
        "A word for a number, a word for missing and a bare word in JSON are refused",
        arguments: [
            ("PUSH m 2024-01-01 online online 5", "value 2, `mode`"),
            ("PUSH m 2024-01-01 1 NaN 5", "write -"),
            ("PUSH m 2024-01-01 1 \"\" 5", "no word of the state `mode`"),
            (
                #"QUERY {"meter":"m","end":"2024-01-01","values":[["online","online","5"]]}"#,
                "is not a number"
            ),
        ]
    )
    func refused(line: String, part: String) {
        let error = #expect(throws: RequestError.self) { try parse(line) }
        #expect(
            error?.code == .badValue && error?.sentence.contains(part) == true,
            "\(error?.sentence ?? "")"
        )
    }

    @Test("Without states a word is no value")
    func without() {
        #expect(throws: RequestError.self) {
            try Request(parsing: ByteBuffer(string: "PUSH m 2024-01-01 1 online"))
        }
    }
}
