import ReadingSources
import Readings
import TestSupport
import Testing

@Suite struct ColumnGuessTests {
    private func columns(_ text: String, _ choice: ColumnChoice = ColumnChoice()) throws -> Columns {
        let folder = try TemporaryFolder()
        let path = try folder.file("input.csv", text)
        let (summary, _) = try ReadingFiles(paths: [path], columns: choice).read()
        return summary.files[0].columns
    }

    @Test(arguments: [
        "timestamp", "datetime", "time", "date", "DeviceTimeStamp", "Datetime", "start_ts", "Time (UTC)",
        "reading_time",
        "anything at all",
    ]) func findsTheTime(name: String) throws {
        #expect(
            try columns("x,\(name)\n1,2016-01-01 10:00\n").time == .init(name: Name(name), isGiven: false)
        )
    }

    @Test(arguments: [
        (["13/01/2024 00:00", "13/01/2024 01:00"], DateOrder.dayFirst),
        (["01/13/2024 00:00", "01/13/2024 01:00"], .monthFirst),
        // Only the order of the times decides.
        (["01/03/2024 22:00", "01/03/2024 23:00", "02/03/2024 00:00"], .dayFirst),
        (["03/01/2024 22:00", "03/01/2024 23:00", "03/02/2024 00:00"], .monthFirst),
        (["2024-03-01 22:00", "2024/03/01 23:00", "1.3.2024 00:00"], nil),
    ]) func findsTheOrderOfDates(stamps: [String], order: DateOrder?) throws {
        let text = "time,x\n" + stamps.map { "\($0),1\n" }.joined()
        #expect(try columns(text).dateOrder == order)
        guard stamps[0] != "01/13/2024 00:00" else { return }
        var choice = ColumnChoice()
        choice.dateOrder = .dayFirst
        #expect(try columns(text, choice).dateOrder == order.map { _ in .dayFirst })
    }

    @Test func refusesAnOrderOfDatesThatNothingDecides() throws {
        let text = "time,x\n01/03/2024 22:00,1\n01/03/2024 23:00,1\n"
        do {
            _ = try columns(text)
            Issue.record("an order was guessed")
        } catch let error as ReadingsError {
            #expect(error.code == .dateOrderOpen && error.column == "time")
            #expect(error.sentence.contains("`01/03/2024 22:00`") && error.sentence.contains("--day-first"))
        }
        var choice = ColumnChoice()
        choice.dateOrder = .monthFirst
        #expect(try columns(text, choice).dateOrder == .monthFirst)
    }

    @Test func readsDatesAsTheyAre() throws {
        let folder = try TemporaryFolder()
        let first = try folder.file("a.csv", "time,x\n12/01/2024 23:00,1\n13/01/2024 00:00,2\n")
        let second = try folder.file("b.csv", "time,x\n01/02/2024 00:00,3\n")
        let (_, histories) = try ReadingFiles(paths: [first, second]).read()
        #expect(
            histories.flatMap(\.times).map(\.description) == [
                "2024-01-12T23:00:00Z", "2024-01-13T00:00:00Z", "2024-02-01T00:00:00Z",
            ]
        )
    }

    @Test(arguments: ["meter", "meter_id", "building_id", "POD", "Device", "sensor", "run", "id"])
    func findsTheMeter(name: String) throws {
        #expect(try columns("time,\(name),x\n2016-01-01,a,1\n2016-01-01,b,1\n").meter?.name.text == name)
    }

    @Test(arguments: ["label", "anomaly", "is_anomaly", "Outlier"], ["kind", "anomaly_kind", "type"])
    func findsLabelsAndKinds(label: String, kind: String) throws {
        let found = try columns("time,x,\(label),\(kind)\n2016-01-01,1,1,dip\n")
        #expect(
            found.label?.name.text == label && found.kind?.name.text == kind
                && found.values.map(\.name) == ["x"]
        )
        #expect(try columns("time,x,\(kind)\n2016-01-01,1,dip\n").kind == nil)
    }

    @Test func takesNumbersForChannelsAndIdentifiersNot() throws {
        let text = """
            ,id,time,Voltage,empty,site_id,note,changepoint,Current
            0,1,2016-01-01,230,,7,fine,0,1
            1,2,2016-01-02,n/a,,7,1,0,2
            """
        let found = try columns(text)
        #expect(found.values.map(\.name) == ["Voltage", "Current"])
        let reasons = Dictionary(uniqueKeysWithValues: found.leftOut.map { ($0.name.text, $0.reason) })
        #expect(reasons["empty"] == "is empty" && reasons["note"] == "holds no numbers")
        #expect(reasons["id"] == "has the name of an identifier")
        #expect(found.meter?.name == "site_id")
    }

    @Test func keepsAChannelWithAFewBadCells() throws {
        let text = "time,a,b\n2016-01-01,1,x\n2016-01-02,ERROR,2\n2016-01-03,3,y\n"
        #expect(try columns(text).values.map(\.name) == ["a"])
    }

    @Test func takesARowNumberForNoMeter() throws {
        #expect(try columns("id,time,x\n1,2016-01-01,1\n2,2016-01-02,1\n3,2016-01-03,1\n").meter == nil)
    }

    @Test func prefersTheGivenColumns() throws {
        let choice = ColumnChoice(meter: "b", time: "when", values: ["y", "x"], label: "flag", kind: "a")
        let found = try columns("time,when,a,b,x,y,flag\n2016-01-01,2016-02-01,dip,m,1,2,1\n", choice)
        #expect(
            found.description
                == "meter=b (given) time=when (given) values=y,x (given) label=flag (given) kind=a (given)"
        )
    }
}
