import ReadingSources
import Readings
import TestSupport
import Testing

/// Names in files are bytes: what looks the same is not merged.
@Suite struct SpellingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [["caf\u{E9}", "cafe\u{301}"], ["K", "\u{212A}"]] as [[Name]])
    func twoMetersStayTwo(pair: [Name]) throws {
        let rows = (0..<4).map { "\(pair[$0 % 2]),2024-01-01 0\($0 / 2):00,\($0)\n" }.joined()
        let (summary, histories) = try folder.read("meter,time,kw\n" + rows)
        #expect(summary.meters == 2 && summary.duplicates == 0 && summary.accepted == 4)
        #expect(histories.map(\.meter) == pair.sorted())
        #expect(histories.first { $0.meter == pair[0] }?.values == [0, 2])
        #expect(histories.first { $0.meter == pair[1] }?.values == [1, 3])
    }

    @Test func twoKindsStayTwo() throws {
        let text = "time,kw,label\n2024-01-01 00:00,1,caf\u{E9}\n2024-01-01 01:00,1,cafe\u{301}\n"
        let (_, histories) = try folder.read(text, ColumnChoice(label: "label"))
        #expect(histories[0].labels.map { $0?.kind } == ["caf\u{E9}", "cafe\u{301}"])
    }

    @Test func twoChannelsOfAHeaderAreNamedByTheirBytes() throws {
        let text = "time,\u{E9}nergie,e\u{301}nergie\n2024-01-01 00:00,1,2\n"
        let (both, histories) = try folder.read(text)
        #expect(both.channels == ["\u{E9}nergie", "e\u{301}nergie"] && histories[0].values == [1, 2])
        for (name, value) in [("\u{E9}nergie", 1.0), ("e\u{301}nergie", 2)] {
            let (one, histories) = try folder.read(text, ColumnChoice(values: [name]))
            #expect(one.channels == [Name(name)] && histories[0].values == [value])
        }
        let (_, wide) = try folder.read(text, ColumnChoice(wide: true))
        #expect(wide.map(\.meter) == ["e\u{301}nergie", "\u{E9}nergie"])
        // A name that no column has byte by byte means the one that looks the same, if there is one alone.
        let other = "time,\u{E9}nergie\n2024-01-01 00:00,1\n"
        #expect(
            try folder.read(other, ColumnChoice(values: ["e\u{301}nergie"])).summary.channels == [
                "\u{E9}nergie"
            ]
        )
        let error = #expect(throws: ReadingsError.self) {
            try folder.read(
                "time,q\u{323}\u{307}x,q\u{307}\u{323}x\n2024-01-01 00:00,1,2\n",
                ColumnChoice(values: ["q\u{307}\u{323}x", "q\u{307}\u{323}x"])
            )
        }
        #expect(error?.code == .columnAmbiguous)
    }

    /// A file's own rows show how its dates are meant, so that all forms are understood there.
    @Test func filesMayWriteTheDayFirst() throws {
        let (_, histories) = try folder.read("time,kw\n13/01/2024 00:00,1\n14/01/2024 00:00,1\n")
        #expect(histories[0].times.map(\.description) == ["2024-01-13T00:00:00Z", "2024-01-14T00:00:00Z"])
        let (_, german) = try folder.read("time;kw\n1.2.2024 00:00;1\n2.2.2024 00:00;1\n")
        #expect(german[0].times.map(\.description) == ["2024-02-01T00:00:00Z", "2024-02-02T00:00:00Z"])
        let (_, american) = try folder.read("time,kw\n1/14/2024 23:00,1\n1/15/2024 00:00,1\n")
        #expect(american[0].times.map(\.description) == ["2024-01-14T23:00:00Z", "2024-01-15T00:00:00Z"])
    }
}
