import Foundation
import Incidents
import ProgramSupport
import Readings
import Sinks
import Storage
import TestSupport
import Testing

@Suite("Files of incidents", .timeLimit(.minutes(5)))
struct FileSinkTests {
    private let bench: SinkBench

    init() throws { bench = try SinkBench() }

    private func sink(
        _ name: String = "file",
        _ path: String = "out",
        _ format: SinkSettings.File.Format = .jsonLines,
        rotateBytes: Int = 1 << 20,
        keep: Int = 3
    ) -> SinkSettings {
        let file = SinkSettings.File(
            path: bench.folder.path(path),
            format: format,
            rotateBytes: rotateBytes,
            keep: keep
        )
        return SinkSettings(name: name, place: .file(file))
    }

    private func deliverAll(_ sinks: [SinkSettings], _ change: @Sendable () throws -> Void) async throws {
        try await bench.run(sinks) { service in
            try change()
            for sink in sinks {
                try await wait { try bench.journal.beginSink(sink.name) == bench.lastChange() }
            }
        }
    }

    private func ids(_ lines: some Sequence<Substring>) throws -> [Int] {
        try lines.map { try #require(try JSONObject($0).integer("id")) }
    }

    @Test("JSON lines and CSV tell the same, and a spreadsheet runs nothing of it")
    func formats() async throws {
        try await deliverAll([sink(), sink("table", "out.csv", .csv)]) {
            try bench.judge("=1+1", hour: 0, score: 2.5)
            try bench.judge("b, \"c\"", hour: 0, score: 4)
            _ = try bench.journal.mark(
                1,
                IncidentMark(.acknowledge, at: Timestamp(milliseconds: 0), note: "-x")
            )
        }
        let last = try JSONObject(try #require(try bench.folder.text("out").split(separator: "\n").last))
        #expect(last.text("index") == "grid" && last.text("meter") == "=1+1" && last.integer("id") == 1)
        let rows = try bench.folder.text("out.csv").split(separator: "\n")
        #expect(rows[0].hasPrefix("index,change,id,meter,start,end,kind,state,"))
        #expect(rows.contains { $0.contains(",\"b, \"\"c\"\"\",") }, "\(rows)")
        let marked = try #require(rows.last)
        #expect(
            marked.hasPrefix(
                "grid,\(try bench.lastChange()),1,'=1+1,2020-09-13T12:26:40Z,,novel,acknowledged,1,"
            )
        )
        #expect(marked.hasSuffix(",,'-x"), "\(marked)")
    }

    @Test("Large files are put aside, as many are kept as wanted, and no line is torn")
    func rotation() async throws {
        try await deliverAll([
            sink(rotateBytes: 4_096), sink("table", "out.csv", .csv, rotateBytes: 4_096, keep: 2),
        ]) {
            try bench.open(0..<100)
        }
        let names = ["out.3", "out.2", "out.1", "out"]
        let files = try names.map { try bench.folder.text($0) }
        #expect(files.allSatisfy { $0.utf8.count <= 4_096 && $0.hasSuffix("\n") })
        let found = try ids(files.joined().split(separator: "\n"))
        #expect(found == Array(101 - found.count...100) && found.count > 20, "\(found)")
        #expect(!bench.folder.exists("out.4") && !bench.folder.exists("out.csv.3"))
        for name in ["out.csv", "out.csv.1", "out.csv.2"] {
            let text = try bench.folder.text(name)
            #expect(text.hasPrefix("index,change,") && text.utf8.count <= 4_096)
            #expect(text.split(separator: "\n").count > 2)
        }
    }

    @Test("A line that a crash cut off is removed and written again; a number that is missing stays the gap")
    func halfLine() async throws {
        try bench.folder.file("out", "{\"whole\":1}\n{\"half\":")
        try bench.folder.file("out.2", "older\n")
        try await deliverAll([sink(rotateBytes: 4_096)]) { try bench.open(0..<3) }
        let lines = try bench.folder.text("out").split(separator: "\n")
        #expect(lines.first == "{\"whole\":1}")
        #expect(try ids(lines.dropFirst()) == [1, 2, 3])
        try await deliverAll([sink(rotateBytes: 4_096)]) { try bench.open(3..<12) }
        #expect(try bench.folder.text("out.1").hasPrefix("{\"whole\":1}\n"))
        #expect(try bench.folder.text("out.2") == "older\n")
    }

    @Test("A file that cannot be written is tried again, and one that was taken away is made anew")
    func failing() async throws {
        let path = bench.folder.path("out")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try await bench.run([sink()]) { service in
            try bench.open(0..<3)
            try await wait { (service.count("failures_total", of: "file") ?? 0) > 2 }
            #expect(service.count("waiting", of: "file") == 3)
            try FileManager.default.removeItem(atPath: path)
            try await wait { service.count("delivered_total", of: "file") == 3 }
            #expect(try ids(bench.folder.text("out").split(separator: "\n")) == [1, 2, 3])
            try FileManager.default.moveItem(atPath: path, toPath: bench.folder.path("away"))
            try bench.open(3..<4)
            try await wait { service.count("delivered_total", of: "file") == 4 }
            #expect(try ids(bench.folder.text("out").split(separator: "\n")) == [4])
        }
        #expect(bench.log.contains { $0.contains("cannot be opened: Is a directory") }, "\(bench.log)")
    }

    @Test("Two sinks do not write one file")
    func shared() async throws {
        try await bench.run([sink("one"), sink("two")]) { service in
            try bench.open(0..<2)
            let both = { (name: String) in
                (service.count(name, of: "one") ?? 0) + (service.count(name, of: "two") ?? 0)
            }
            try await wait { both("delivered_total") == 2 && both("failures_total") > 0 }
        }
        #expect(bench.log.contains { $0.contains("is written by another sink or process") }, "\(bench.log)")
    }
}
