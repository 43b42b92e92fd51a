import ReadingSources
import Readings
import TestSupport
import Testing

/// Columns of units beside several values, as meters that choose their range write them.
@Suite("Units beside each value") struct UnitColumnTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(
        _ header: String,
        _ cells: [String],
        _ choice: ColumnChoice = ColumnChoice()
    ) throws
        -> FileReadings
    {
        let rows = cells.enumerated().map { "2024-01-13 \($0 < 10 ? "0" : "")\($0):00,\($1)\n" }.joined()
        let path = try folder.file("units.csv", "time," + header + "\n" + rows)
        return try ReadingFiles(paths: [path], columns: choice).readAll()
    }

    @Test(
        "A unit belongs to the value that it is called like, else to the one on its left, or on its right",
        arguments: [
            "Value,Unit,Value,Unit", "Value,Unit,Value 2,Unit 2", "Ch1_Value,Ch1_Unit,Ch2_Value,Ch2_Unit",
            "volt,volt_unit,power,power_unit", "a,x,b,y", "Q,Unit,U,Unit",
        ]
    ) func pairs(header: String) throws {
        let readings = try read(
            header,
            ["230.5,V AC,284,W", "229.5,V AC,1.26,kW", "231.5,V AC,269,W", "230.5,V AC,0.5,kW"]
        )
        #expect(readings.histories[0].values == [230.5, 284, 229.5, 1_260, 231.5, 269, 230.5, 500])
        #expect(readings.summary.units == ["V", "W"] && readings.states.isEmpty)
        #expect(readings.summary.notes.contains { $0.contains("rows in kW are converted to W") })
    }

    @Test("Units in front of their values, and names out of order") func others() throws {
        let front = try read("u1,one,u2,two", ["mA,250,W,100", "A,1.5,kW,0.2", "mA,500,W,150"])
        #expect(front.histories[0].values == [250, 100, 1_500, 200, 500, 150])
        let crossed = try read(
            "current,power,power_unit,current_unit",
            ["250,100,W,mA", "1.5,0.2,kW,A", "500,150,W,mA"]
        )
        #expect(crossed.histories[0].values == [250, 100, 1_500, 200, 500, 150])
        var choice = ColumnChoice()
        (choice.values, choice.channel) = (["Value 2"], "Unit 2")
        let chosen = try read("Value,Unit,Value,Unit", ["5.5,V,2.5,W", "5.5,V,7.5,kW"], choice)
        #expect(chosen.summary.channels == ["W", "kW"] && chosen.histories[0].values[0] == 2.5)
    }

    @Test(
        "One column of units is of the values that are larger in the smaller unit",
        arguments: ["unit", "measure"]
    )
    func several(name: String) throws {
        let readings = try read(
            "\(name),avg,min,max,temp",
            ["W,284,250,310,20.5", "kW,1.5,1.25,1.75,21.5", "W,900,850,950,20.5", "kW,1.25,1.0,2.5,21.5"]
        )
        #expect(
            readings.histories[0].values == [
                284, 250, 310, 20.5, 1_500, 1_250, 1_750, 21.5, 900, 850, 950, 20.5, 1_250, 1_000, 2_500,
                21.5,
            ]
        )
        #expect(readings.summary.units == ["W", "W", "W", ""])
        do {
            _ = try read("\(name),p,q", ["W,5.5,6.5", "kW,5.0,6.0", "W,5.5,6.5"])
            Issue.record("nothing says which")
        } catch {
            #expect((error as? ReadingsError)?.code == .unitsDiffer)
        }
    }

    @Test(
        "Small letters, liters and cubic meters",
        arguments: [("w", "kw", 1_000.0), ("l", "m3", 1_000), ("mbar", "bar", 1_000)]
    )
    func spellings(small: String, large: String, factor: Double) throws {
        let readings = try read("value,unit", ["284,\(small)", "1.5,\(large)", "269,\(small)"])
        #expect(readings.histories[0].values == [284, 1.5 * factor, 269])
    }

    @Test("A point beside W and kW separates no thousands") func decimals() throws {
        let readings = try read("value,unit", ["919,W", "1.455,kW", "870,W", "1.102,kW"])
        #expect(readings.histories[0].values == [919, 1_455, 870, 1_102])
    }

    @Test("Files whose columns differ in the unit of their names are converted") func names() throws {
        let paths = try [("W", [500, 250]), ("kW", [0.5, 0.25])].map { unit, values in
            try folder.file(
                "in-\(unit)-.csv",
                "time,power [\(unit)]\n2024-01-13 00:00,\(values[0])\n2024-01-13 01:00,\(values[1])\n"
            )
        }
        let readings = try ReadingFiles(paths: paths).readAll()
        #expect(readings.histories.map(\.values) == [[500, 250], [500, 250]])
        #expect(readings.summary.notes.contains { $0.contains("from kW to W") })
    }

    @Test(
        "A factor, or a prefix, is never left out unseen",
        arguments: [("CT ratio", "40"), ("prefix", "k"), ("W_SF", "-1")]
    )
    func factors(name: String, word: String) throws {
        let cells = (0..<12).map { "\($0 + 1).5,\(word)" }
        let readings = try read("kwh,\(name)", cells)
        #expect(readings.summary.channels == ["kwh"])
        #expect(readings.summary.warnings.contains { $0.contains("`\(name)` (`\(word)`)") })
    }
}
