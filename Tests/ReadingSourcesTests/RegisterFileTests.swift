import Foundation
import ReadingSources
import Readings
import TestSupport
import Testing

@Suite("Registers in files")
struct RegisterFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Rows of meters an hour apart.
    private static func rows(_ count: Int, _ meters: [(name: String, value: (Int) -> Double)]) -> String {
        var text = "meter,time,kwh\n"
        for hour in 0..<count {
            for meter in meters {
                let stamp = Timestamp(milliseconds: 1_704_672_000_000 + Int64(hour) * 3_600_000)
                text += "\(meter.name),\(stamp),\(meter.value(hour))\n"
            }
        }
        return text
    }

    private func read(_ text: String, _ choice: ColumnChoice = ColumnChoice()) throws -> FileReadings {
        try ReadingFiles(paths: [folder.file("a.csv", text)], columns: choice).readAll()
    }

    @Test("A channel that only grows is differenced, said so, and counted")
    func grows() throws {
        let read = try read(Self.rows(100, [("a", { 500 + Double($0) * 0.5 }), ("b", { Double($0 / 2) })]))
        #expect(read.summary.registers == ["kwh"] && read.registers.keys.sorted() == ["a", "b"])
        #expect(read.histories[0].values.dropFirst().allSatisfy { $0 == 0.5 })
        #expect(read.histories[0].values[0].isNaN)
        #expect(read.summary.accepted == 198 && read.summary.missing == 2 && read.summary.rows == 200)
        let note = try #require(read.summary.notes.last)
        #expect(note.contains("`kwh` only grows") && note.contains("2 first readings"))
        #expect(note.contains("--no-register kwh"))
    }

    @Test("--no-register and --register overrule, and must name a channel")
    func overruled() throws {
        var choice = ColumnChoice()
        choice.noRegisters = ["kwh"]
        let text = Self.rows(100, [("a", { Double($0) })])
        #expect(try read(text, choice).histories[0].values == (0..<100).map { Double($0) })
        choice = ColumnChoice()
        choice.registers = ["kwh"]
        let few = try read(Self.rows(5, [("a", { Double($0) })]), choice)
        #expect(few.histories[0].values.dropFirst().allSatisfy { $0 == 1 })
        choice.registers = ["kWh"]
        let error = #expect(throws: ReadingsError.self) { try read(text, choice) }
        #expect(error?.code == .columnUnknown && error?.column == "kWh")
    }

    @Test("What grows in some meters only, or begins again each day, stays, with a warning")
    func doubtful() throws {
        let some = try read(Self.rows(100, [("a", { Double($0) }), ("b", { Double($0 % 7) })]))
        #expect(some.summary.registers.isEmpty && some.registers.isEmpty)
        #expect(some.summary.warnings.contains { $0.contains("1 of 2 meters") && $0.contains("--register") })
        let daily = try read(Self.rows(240, [("a", { Double($0 % 24) * 1.5 })]))
        #expect(daily.summary.registers.isEmpty)
        #expect(daily.summary.warnings.contains { $0.contains("begins again") && $0.contains("--register") })
        let load = try read(Self.rows(240, [("a", { Double(($0 * 7) % 24) })]))
        #expect(load.summary.warnings.isEmpty)
    }

    @Test("A reset, an exchange, a roll-over and a gap give no absurd value")
    func events() throws {
        // A reset at 50, another meter's register at 100, a roll-over at 150, three rows missing at 200.
        let text = Self.rows(300) { hour in
            switch hour {
            case ..<50: 1_000 + Double(hour)
            case ..<100: Double(hour - 50)
            case ..<150: 99_949 + Double(hour - 100)
            default: Double(hour - 150)
            }
        }.split(separator: "\n").filter { !$0.contains("T08:00") || !$0.contains("2024-01-16") }
            .joined(separator: "\n")
        var choice = ColumnChoice()
        choice.registers = ["kwh"]
        let read = try read(text, choice)
        let known = read.histories[0].values.filter(\.isFinite)
        #expect(known.allSatisfy { $0 == 1 || $0 == 2 } && known.count >= 290)
        let note = try #require(read.summary.notes.last)
        #expect(note.contains("1 after a reset") && note.contains("1 after a jump"))
        #expect(note.contains("1 after a gap") && note.contains("rolled over: 1"))
    }

    private static func rows(_ count: Int, _ value: @escaping (Int) -> Double) -> String {
        rows(count, [("a", value)])
    }

    @Test("An index that remembers its registers is given them as they stand")
    func kept() throws {
        var files = try ReadingFiles(paths: [folder.file("k.csv", Self.rows(100) { Double($0) })])
        files.keepsRegisters = true
        let read = try files.readAll()
        #expect(read.histories[0].values.last == 99 && read.summary.registers.isEmpty)
    }

    @Test("In a wide file the one channel is a register if all meters' are")
    func wide() throws {
        let rows = (0..<100).map { "\(1_704_672_000 + $0 * 3_600),\($0),\($0 * 2)\n" }
        let text = "time,a,b\n" + rows.joined()
        var choice = ColumnChoice(wide: true)
        choice.registers = ["value"]
        let read = try read(text, choice)
        #expect(read.summary.registers == ["value"] && read.registers.count == 2)
        choice.registers = ["a"]
        let error = #expect(throws: ReadingsError.self) { try self.read(text, choice) }
        #expect(error?.sentence.contains("--wide") == true)
    }
}
