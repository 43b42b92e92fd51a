import LineProtocol
import NIOCore
import Readings
import Testing
import Verdicts

/// Times without an offset, by the clock of an index's zone.
@Suite("Local times in requests")
struct LocalTimeTests {
    private func parse(_ line: String) throws(RequestError) -> Request {
        let rome = LocalClock(identifier: "Europe/Rome") ?? .utc
        return try Request(parsing: ByteBuffer(string: line), clocks: MeterClocks(rome))
    }

    @Test(
        "They are moments by the clock, wherever they stand",
        arguments: [
            "QUERY m 2024-07-01T02:00 1", "TRUTH m \"2024-07-01 02:00\" 1", "PUSH m 2024-07-01T02:00 1",
            "LABEL m 2024-07-01T02:00 normal",
            #"QUERY {"meter":"m","end":"2024-07-01 02:00","values":[[1]]}"#,
            "PUSH m 2024-07-01T00:00Z 1", "PUSH m 2024-07-01T02:00+02 1", "PUSH m 1719792000 1",
        ]
    )
    func moments(line: String) throws {
        let time: Timestamp
        switch try parse(line) {
        case .query(.reading(let reading), _), .truth(.reading(let reading), _), .push(let reading, _):
            time = reading.time
        case .query(.window(let window), _): time = window.end
        case .label(_, let choice, _, _): time = try #require(choice.single)
        default: time = Timestamp(milliseconds: 0)
        }
        #expect(time.description == "2024-07-01T00:00:00Z")
    }

    @Test(
        "A meter with a clock of its own has its times by that, wherever its name stands",
        arguments: [
            "QUERY far 2024-07-01T02:00 1", "PUSH far 2024-07-01T02:00 1",
            "LABEL far 2024-07-01T02:00 normal",
            #"QUERY {"end":"2024-07-01 02:00","meter":"far","values":[[1]]}"#,
        ]
    )
    func ownClocks(line: String) throws {
        let tokyo = try #require(LocalClock(identifier: "Asia/Tokyo"))
        let rome = try #require(LocalClock(identifier: "Europe/Rome"))
        let clocks = MeterClocks(rome, own: ["far": tokyo])
        for (name, expected) in [("far", "2024-06-30T17:00:00Z"), ("near", "2024-07-01T00:00:00Z")] {
            let request = try Request(
                parsing: ByteBuffer(string: line.replacing("far", with: name)),
                clocks: clocks
            )
            switch request {
            case .query(.reading(let reading), _), .push(let reading, _):
                #expect(reading.time.description == expected)
            case .query(.window(let window), _): #expect(window.end.description == expected)
            case .label(_, let choice, _, _): #expect(choice.single?.description == expected)
            default: Issue.record("another request")
            }
        }
        // In Rome this hour comes twice, in Tokyo once.
        let repeated = "QUERY far 2024-10-27T02:30 1"
        #expect(throws: Never.self) { try Request(parsing: ByteBuffer(string: repeated), clocks: clocks) }
        let near = ByteBuffer(string: repeated.replacing("far", with: "near"))
        #expect(throws: RequestError.self) { try Request(parsing: near, clocks: clocks) }
    }

    @Test("A condition on the time is by the clock")
    func conditions() throws {
        var expected = NeighbourFilter()
        try expected.require("time", .atLeast, "2024-06-30T22:00:00Z")
        guard case .query(_, let options) = try parse("QUERY m 2024-07-01T02:00 1 WHERE time>=2024-07-01")
        else {
            Issue.record("not a QUERY")
            return
        }
        #expect(options.filter == expected)
        let window = #"QUERY {"meter":"m","end":"2024-07-01Z","values":[[1]],"where":"time>=2024-07-01"}"#
            .replacing("2024-07-01Z", with: "2024-07-01T00:00Z")
        guard case .query(_, let again) = try parse(window) else {
            Issue.record("not a QUERY")
            return
        }
        #expect(again.filter == expected)
    }

    @Test(
        "In the hour that comes twice, only a push needs no offset",
        arguments: [
            ("QUERY m 2024-10-27T02:30 1", ErrorCode.badTime), ("TRUTH m 2024-10-27T02:30 1", .badTime),
            ("LABEL m 2024-10-27T02:30 normal", .badTime),
            (#"QUERY {"meter":"m","end":"2024-10-27 02:30","values":[[1]]}"#, .badTime),
            ("QUERY m 2024-10-28 1 WHERE time=2024-10-27T02:30", .badFilter),
            ("PUSH m 2024-10-28 1 WHERE time=2024-10-27T02:30", .badFilter),
        ]
    )
    func refused(line: String, code: ErrorCode) throws {
        let error = #expect(throws: RequestError.self) { try parse(line) }
        let refusal = try #require(error)
        #expect(refusal.code == code)
        for offset in ["+01:00", "+02:00"] {
            #expect(refusal.sentence.contains("2024-10-27T02:30:00" + offset))
        }
        #expect(refusal.sentence.contains("Europe/Rome"))
    }

    @Test("A push in that hour has both moments, the earlier first")
    func repeated() throws {
        for line in ["PUSH m 2024-10-27T02:30 1 k=3", "PUSH m \"2024-10-27 02:30\" 1 k=3"] {
            guard case .pushRepeated(let reading, let later, let options) = try parse(line) else {
                Issue.record("not a PUSH of a repeated hour")
                return
            }
            #expect(reading.time.description == "2024-10-27T00:30:00Z")
            #expect(later.description == "2024-10-27T01:30:00Z")
            #expect(reading.values == [1] && options.neighbours == 3 && reading.meter == "m")
        }
    }

    @Test(
        "The hour that was skipped is refused everywhere",
        arguments: [
            "QUERY m 2024-03-31T02:30 1", "PUSH m 2024-03-31T02:30 1", "LABEL m 2024-03-31T02:30 normal",
        ]
    )
    func skipped(line: String) throws {
        let error = #expect(throws: RequestError.self) { try parse(line) }
        let refusal = try #require(error)
        #expect(refusal.code == .badTime && refusal.sentence.contains("skipped"))
        for offset in ["+01:00", "+02:00"] {
            #expect(refusal.sentence.contains("2024-03-31T02:30:00" + offset))
        }
    }
}
