import Foundation
import ReadingSources
import Readings
import TestSupport
import Testing

@Suite("Context of readings")
struct ContextTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Readings each quarter of an hour of two meters in two towns, from 2024-01-08 on.
    private static let readings: String =
        "meter,time,kw,town\n"
        + (0..<96).flatMap { quarter in
            [("a", "Roma"), ("b", "Milano")].map {
                "\($0.0),\(1_704_672_000 + quarter * 900),\((quarter * 7) % 24),\($0.1)\n"
            }
        }.joined()

    /// The weather each hour; that of Milano ends at noon.
    private static let weather: String =
        "town,time,temperature,wind\n"
        + (0..<24).flatMap { hour in
            [("Roma", 10.0), ("Milano", 0.0)].filter { $0.0 == "Roma" || hour < 12 }.map {
                "\($0.0),\(1_704_672_000 + hour * 3_600),\($0.1 + Double(hour) / 2),\(hour % 5)\n"
            }
        }.joined()

    private func context(_ text: String, name: String = "w.csv") throws -> ContextReadings {
        try ContextReadings(ReadingFiles(paths: [folder.file(name, text)]).readAll())
    }

    private func read(
        _ text: String,
        _ context: ContextReadings,
        known: [Name: [Name: Name]] = [:]
    ) throws -> FileReadings {
        var files = try ReadingFiles(paths: [folder.file("r.csv", text)])
        files.context = context
        files.knownAttributes = known
        return try files.readAll()
    }

    @Test("Each meter gets the latest context of its town, and none that is old")
    func byAttribute() throws {
        let read = try read(Self.readings, try context(Self.weather))
        #expect(read.summary.channels == ["kw", "temperature", "wind"])
        let (roma, milano) = (read.histories[0], read.histories[1])
        for quarter in 0..<96 {
            #expect(
                roma.values(at: quarter)
                    == [Double((quarter * 7) % 24), 10 + Double(quarter / 4) / 2, Double(quarter / 4 % 5)]
            )
            // The last hour's is taken for an hour and a half.
            let values = milano.values(at: quarter)
            #expect(values[1].isNaN == (quarter > 50), "\(quarter)")
            if quarter <= 50 { #expect(values[1] == Double(min(quarter / 4, 11)) / 2) }
        }
        #expect(
            read.summary.notes.contains(
                "context: temperature, wind, by the meters' `town`, for 2 of 2 meters; 45 of 192 readings have "
                    + "none of that time"
            )
        )
    }

    @Test("One series is that of all meters; several may be called as the meters")
    func others() throws {
        let one = "time,temperature\n1704672000,3\n1704675600,4\n1704679200,5\n"
        let all = try read(Self.readings, try context(one))
        #expect(all.histories.allSatisfy { $0.values(at: 5)[1] == 4 })
        let warning = all.summary.warnings.first { $0.contains("one series for all 2 meters") }
        #expect(warning != nil, "most have none")
        let named = Self.weather.replacingOccurrences(of: "Roma", with: "a")
            .replacingOccurrences(of: "Milano", with: "b")
        let read = try read(Self.readings, try context(named))
        #expect(read.histories[0].values(at: 0)[1] == 10 && read.histories[1].values(at: 0)[1] == 0)
        let bare = Self.readings.replacingOccurrences(of: ",Roma", with: "")
            .replacingOccurrences(of: ",Milano", with: "").replacingOccurrences(of: ",town", with: "")
        let known: [Name: [Name: Name]] = ["a": ["city": "Roma"], "b": ["city": "Milano"]]
        let scored = try self.read(bare, try context(Self.weather), known: known)
        #expect(scored.histories[1].values(at: 2)[1] == 0)
    }

    @Test("What belongs to no meter, and a channel of both, are refused")
    func refused() throws {
        let strange = Self.weather.replacingOccurrences(of: "Roma", with: "Oslo")
            .replacingOccurrences(of: "Milano", with: "Bergen")
        let first = #expect(throws: ReadingsError.self) { try read(Self.readings, try context(strange)) }
        #expect(first?.code == .noAttributes && first?.sentence.contains("`Bergen`, `Oslo`") == true)
        let same = Self.weather.replacingOccurrences(of: "wind", with: "kw")
        let second = #expect(throws: ReadingsError.self) { try read(Self.readings, try context(same)) }
        #expect(second?.code == .columnAmbiguous && second?.column == "kw")
        // The context is at fault, and not the readings.
        #expect([first, second].allSatisfy { $0?.file?.hasSuffix("w.csv") == true })
    }

    @Test("The channels come in the order of the index, however the file has them")
    func order() throws {
        let files = try ReadingFiles(paths: [folder.file("w.csv", Self.weather)])
        let context = try ContextReadings(files.readAll(), in: ["kw", "wind", "temperature"])
        let read = try read(Self.readings, context)
        #expect(read.summary.channels == ["kw", "wind", "temperature"])
        #expect(read.histories[0].values(at: 5) == [11, 1, 10.5])
    }

    @Test("Labels stay")
    func labels() throws {
        let rows = (0..<48).map {
            "a,\(1_704_672_000 + $0 * 3_600),\(($0 * 7) % 24),\($0 == 30 ? 1 : 0)\n"
        }
        let text = "meter,time,kw,label\n" + rows.joined()
        let read = try read(text, try context("time,t\n1704672000,3\n1704675600,4\n"))
        #expect(read.histories[0].labels[30]?.isAnomalous == true)
        #expect(read.histories[0].labels.count { $0?.isAnomalous == true } == 1)
    }
}
