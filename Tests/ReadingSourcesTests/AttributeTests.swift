import Foundation
import ReadingSources
import Readings
import TestSupport
import Testing

@Suite("Attributes of meters")
struct AttributeTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Rows of two meters; the town is one for each, the note is not, the floor is a number.
    private static let rows: String =
        "meter,time,kw,town,floor,note\n"
        + (0..<60).map { hour in
            ["a": "Roma", "b": "Milano"].sorted { $0.key < $1.key }.map { meter, town in
                let stamp = 1_704_672_000 + hour * 3_600
                let load = Double((hour * 7) % 24) + 0.5
                return
                    "\(meter),\(stamp),\(load),\(town),\(meter == "a" ? 3 : 12),\(hour % 5 == 0 ? "x\(hour)" : "")\n"
            }.joined()
        }.joined()

    private func read(_ text: String, attributes: [String] = []) throws -> FileReadings {
        var files = try ReadingFiles(paths: [folder.file("r.csv", text)])
        if !attributes.isEmpty {
            let paths = try attributes.enumerated().map { try folder.file("a\($0).csv", $1) }
            files.attributes = try InputFiles(paths)
        }
        return try files.readAll()
    }

    @Test("Texts and numbers that are one for each meter belong to the meter")
    func columns() throws {
        let read = try read(Self.rows)
        #expect(read.summary.channels == ["kw"])
        #expect(
            read.attributes == [
                "a": ["town": "Roma", "floor": "3"], "b": ["town": "Milano", "floor": "12"],
            ]
        )
        let left = read.summary.files[0].columns.leftOut
        #expect(left.first { $0.name == "town" }?.reason == "is an attribute of the meter")
        #expect(left.first { $0.name == "note" }?.reason == "holds no numbers")
    }

    @Test("A word in some rows only is of these rows, and no attribute")
    func partly() throws {
        let rows = (0..<60).map {
            "\(1_704_672_000 + $0 * 3_600),\(($0 * 7) % 24),\($0 % 9 == 0 ? "odd" : ""),S1\n"
        }
        let read = try read("time,kw,note,town\n" + rows.joined())
        #expect(read.attributes == ["r": ["town": "S1"]])
    }

    @Test("A file has a row for each meter, and goes before a column")
    func file() throws {
        let text = "site;town;meter name\nS1;Napoli;b\nS2;;a\nS9;Bari;c\nS3;Torino;b\n"
        let read = try read(Self.rows, attributes: [text])
        #expect(read.attributes["a"] == ["town": "Roma", "floor": "3", "site": "S2"])
        #expect(read.attributes["b"] == ["town": "Torino", "floor": "12", "site": "S3"])
        let notes = read.summary.notes.joined(separator: "\n")
        #expect(notes.contains("attributes of 2 of 2 meters, named by `meter name`: `site`, `town`"))
        #expect(notes.contains("1 row is of meters without readings, such as `c`"))
        #expect(notes.contains("1 meter comes again; the last row counts"))
    }

    @Test("A file that names no meter of the readings is refused")
    func strangers() throws {
        let error = #expect(throws: ReadingsError.self) {
            try read(Self.rows, attributes: ["meter,town\nx,Roma\n"])
        }
        #expect(error?.code == .noAttributes && error?.sentence.contains("`a`, `b`") == true)
    }
}
