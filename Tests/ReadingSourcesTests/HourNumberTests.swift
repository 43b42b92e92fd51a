import ReadingSources
import Readings
import TestSupport
import Testing

/// Columns of hours in which there is neither 0 nor 24.
@Suite("Hours of a part of the day") struct HourNumberTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func text(_ header: String, _ cells: [String]) -> String {
        var text = "Date,\(header),x\n"
        for date in ["2024-01-13", "2024-01-14", "2024-01-15"] {
            for (place, cell) in cells.enumerated() { text += "\(date),\(cell),\(place % 7).5\n" }
        }
        return text
    }

    private func hours(_ range: ClosedRange<Int>) -> [String] { range.map { "\($0)" } }

    private func read(
        _ text: String,
        _ hours: HourNumbers? = nil
    ) throws -> (first: String?, summary: ReadingsSummary) {
        var choice = ColumnChoice()
        choice.hours = hours
        let (summary, histories) = try folder.read(text, choice)
        #expect(histories.count == 1 && summary.channels == ["x"])
        return (histories[0].times.first?.description, summary)
    }

    @Test(
        "Of a part of the day they are those of the clock, with a warning",
        arguments: ["Hour", "Stunde", "Hora"]
    )
    func partOfDay(name: String) throws {
        let text = text(name, hours(7...17))
        let clock = try read(text)
        #expect(clock.first == "2024-01-13T07:00:00Z")
        #expect(clock.summary.warnings.contains { $0.contains("--hours ending") })
        let options = clock.summary.files[0].columns.options
        #expect(options.contains("--hours") && options.contains("starting"))
        let given = try read(text, .starting)
        #expect(given.first == clock.first && !given.summary.warnings.contains { $0.contains("--hours") })
        #expect(try read(text, .ending).first == "2024-01-13T06:00:00Z")
    }

    @Test("From 1 to 23 both are possible, and it is refused", arguments: [1...23, 1...20, 1...12])
    func open(range: ClosedRange<Int>) throws {
        let text = text("Hour", hours(range))
        let error = #expect(throws: ReadingsError.self) { try folder.read(text) }
        #expect(
            error?.column == "Hour" && error?.sentence.contains("--hours starting or --hours ending") == true
        )
        #expect(try read(text, .starting).first == "2024-01-13T01:00:00Z")
        #expect(try read(text, .ending).first == "2024-01-13T00:00:00Z")
    }

    @Test("A name, a span, a word or a column of minutes decides")
    func told() throws {
        let ending = ["Hour Ending", "HE", "hour_number"]
        for name in ending { #expect(try read(text(name, hours(8...18))).first == "2024-01-13T07:00:00Z") }
        #expect(try read(text("Hour", hours(8...18).map { "HE \($0)" })).first == "2024-01-13T07:00:00Z")
        let starting: [(String, (Int) -> String)] = [
            ("Hour Beginning", { "\($0)" }), ("Hour", { "\($0)-\($0 + 1)" }), ("Hour", { "\($0) Uhr" }),
            ("Hour,Minute", { "\($0),0" }),
        ]
        for (name, cell) in starting {
            let found = try read(text(name, (8...18).map(cell)))
            #expect(found.first == "2024-01-13T08:00:00Z")
            #expect(!found.summary.warnings.contains { $0.contains("--hours") })
        }
    }

    @Test("Where 0 or 24 is among them, nothing is asked; settlement periods are half hours")
    func certain() throws {
        #expect(try read(text("Hour", hours(0...23))).first == "2024-01-13T00:00:00Z")
        #expect(try read(text("Hour", hours(1...24))).first == "2024-01-13T00:00:00Z")
        let (_, half) = try folder.read(text("Settlement Period", hours(1...24)))
        #expect(half[0].times[23].description == "2024-01-13T11:30:00Z")
    }
}
