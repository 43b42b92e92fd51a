import ReadingSources
import Readings
import TestSupport
import Testing

/// Numbers of one quantity in several units: kW here, W there.
@Suite("Units that differ") struct RowUnitsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ texts: [String], _ choice: ColumnChoice = ColumnChoice()) throws -> FileReadings {
        let paths = try texts.enumerated().map { try folder.file("\($0).csv", $1) }
        return try ReadingFiles(paths: paths, columns: choice).readAll()
    }

    private func code(_ texts: [String], _ choice: ColumnChoice = ColumnChoice()) -> ReadingsError.Code? {
        do {
            _ = try read(texts, choice)
            return nil
        } catch {
            return (error as? ReadingsError)?.code
        }
    }

    private func rows(_ header: String, _ cells: [String]) -> String {
        header + "\n" + cells.enumerated().map { "2024-01-13 0\($0):00,\($1)\n" }.joined()
    }

    @Test("Rows of units under the headers of two files are of one quantity, in the unit of the first")
    func unitRows() throws {
        let first = "time,meter,P\n,,kW\n2024-01-13 00:00,a,0.5\n2024-01-13 01:00,a,0.25\n"
        let second = "time,meter,P\n,,W\n2024-01-13 00:00,b,500\n2024-01-13 01:00,b,250\n"
        let readings = try read([first, second])
        #expect(readings.histories.map(\.values) == [[0.5, 0.25], [0.5, 0.25]])
        #expect(readings.summary.units == ["kW"])
        #expect(readings.summary.notes.contains { $0.contains("from W to kW") })
        #expect(code([first, second.replacing(",W", with: ",V")]) == .unitsDiffer)
    }

    @Test("A column of units gives each row's; the first is that of the channel, and it is no state")
    func unitColumn() throws {
        let text = rows("time,value,unit", ["0.5,kWh", "250,Wh", "125,Wh", "0.75,kWh"])
        let readings = try read([text])
        #expect(readings.histories[0].values == [0.5, 0.25, 0.125, 0.75] && readings.states.isEmpty)
        #expect(readings.summary.units == ["kWh"] && readings.summary.channels == ["value"])
        let long = [
            "2024-01-13 00:00,energy,1,kWh", "2024-01-13 00:00,power,500,W", "2024-01-13 01:00,energy,2,kWh",
            "2024-01-13 01:00,power,0.25,kW",
        ]
        let text2 = "time,quantity,value,unit\n" + long.joined(separator: "\n") + "\n"
        let several = try read([text2])
        #expect(several.histories[0].values == [1, 500, 2, 250] && several.summary.units == ["kWh", "W"])
    }

    @Test("Meters may have quantities of their own; the rows of one may not, and a row without a unit is bad")
    func quantities() throws {
        let meters = [
            "2024-01-13 00:00,a,20,°C", "2024-01-13 00:00,b,500,W", "2024-01-13 01:00,a,21,°C",
            "2024-01-13 01:00,b,1,kW",
        ]
        let header = "time,meter,value,unit\n"
        let readings = try read([header + meters.joined(separator: "\n") + "\n"])
        #expect(readings.histories.map(\.values) == [[20, 21], [500, 1_000]])
        #expect(readings.summary.units == [""])
        #expect(code([rows("time,value,unit", ["1,kWh", "2,therms", "3,kWh"])]) == .unitsDiffer)
        #expect(code([rows("time,value,unit", ["1,kWh", "2,kW", "3,kWh"])]) == .unitsDiffer)
        let lacking = try read([rows("time,value,unit", ["1,kWh", "2000,Wh", "3,", "4,kWh"])])
        #expect(lacking.histories[0].values == [1, 2, 4] && lacking.summary.reasons == ["no unit": 1])
    }

    @Test(
        "An index has its unit: files in another one are converted, and those of another quantity refused",
        arguments: ["time,P\n,W\n2024-01-13 00:00,500\n2024-01-13 01:00,250\n", "cells", "column"]
    ) func known(text: String) throws {
        let texts = [
            "cells": rows("time,P", ["500 W", "250 W"]), "column": rows("time,P,unit", ["500,W", "250,W"]),
        ]
        var choice = ColumnChoice()
        (choice.knownChannels, choice.knownUnits) = (["P"], ["kW"])
        let readings = try read([texts[text] ?? text], choice)
        #expect(readings.histories[0].values == [0.5, 0.25] && readings.summary.units == ["kW"])
        choice.knownUnits = ["kWh"]
        #expect(code([texts[text] ?? text], choice) == .unitsDiffer)
        choice.knownUnits = [""]
        #expect(try read([texts[text] ?? text], choice).histories[0].values == [500, 250])
    }

    @Test("Of several values, it is the unit of the one that it is called like, or stands beside")
    func severalValues() throws {
        let named = rows("time,usage,cost,usageUnit", ["1,5,kWh", "500,6,Wh", "2,7,kWh"])
        #expect(try read([named]).histories[0].values == [1, 5, 0.5, 6, 2, 7])
        let beside = rows("time,cost,amount,unit", ["5,1,kWh", "6,500,Wh", "7,2,kWh"])
        let readings = try read([beside])
        #expect(
            readings.histories[0].values == [5, 1, 6, 0.5, 7, 2] && readings.summary.units == ["", "kWh"]
        )
    }

    @Test("A word in a column called unit may be something else, such as a flat")
    func noUnits() throws {
        let text =
            "time,unit,kw\n2024-01-13 00:00,flat 1,0.5\n2024-01-13 00:00,flat 2,0.25\n"
            + "2024-01-13 01:00,flat 1,0.75\n2024-01-13 01:00,flat 2,0.5\n"
        var choice = ColumnChoice()
        choice.meter = ["unit"]
        #expect(try read([text], choice).histories.map(\.meter) == ["flat 1", "flat 2"])
    }
}
