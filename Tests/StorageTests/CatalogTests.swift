import Detection
import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing

@Suite struct CatalogTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let meters = [
        StoredMeter(id: 0, name: "118", profile: [1, 2, 0, 255], calibration: [9]),
        StoredMeter(id: 1, name: "käse 'quoted\"; --", profile: []),
        StoredMeter(id: 2, name: "", profile: Array(0...255)),
    ]
    static let times: [Int64] = [-5, 0, 1_451_606_400_000, .max - 1]
    static let values: [Double] = [1, .nan, -0.0, 1e300, .infinity, 0.1, .leastNonzeroMagnitude, 7]
    static let labels: [KnownLabel?] = [
        nil, KnownLabel(.normal),
        KnownLabel(.anomalous(kind: "spike"), isFromPerson: true),
        KnownLabel(.anomalous(kind: nil)),
    ]
    static let windows = [
        KnownWindow(meter: 2, time: 5), KnownWindow(meter: 0, time: -5, kind: "theft", isFromPerson: true),
    ]

    @discardableResult
    private func written(_ name: String, _ change: (CatalogWriter) throws -> Void = { _ in }) throws -> String
    {
        let writer = try CatalogWriter(path: folder.path(name))
        try writer.write(Self.meters)
        try writer.writeReadings(meter: 0, times: Self.times, values: Self.values) { Self.labels[$0] }
        try writer.writeReadings(meter: 1, times: [], values: []) { _ in nil }
        try writer.writeWindows(bank: .normal, Self.windows)
        try writer.writeWindows(bank: .anomalous, Self.windows.reversed())
        try writer.writeCalibration(name: "b", [1, 2, 3])
        try writer.writeCalibration(name: "a", [])
        try change(writer)
        try writer.close()
        return folder.path(name)
    }

    private func expectSame(_ reading: StoredReading, _ index: Int) {
        #expect(reading.time == Self.times[index] && reading.label == Self.labels[index])
        // NaN is not equal to itself, its bits are.
        #expect(reading.values.map(\.bitPattern) == Self.values[2 * index..<2 * index + 2].map(\.bitPattern))
    }

    @Test func everythingComesBack() throws {
        let reader = try CatalogReader(path: written("catalog"))
        #expect(try reader.meters() == Self.meters)
        let readings = try reader.readings(meter: 0)
        try #require(readings.count == 4)
        for index in 0..<4 { expectSame(readings[index], index) }
        #expect(try reader.readings(meter: 1).isEmpty && reader.readings(meter: 77).isEmpty)
        #expect(try reader.windows(of: .normal) == Self.windows)
        #expect(try reader.windows(of: .anomalous) == Self.windows.reversed())
        #expect(try reader.calibration(name: "b") == [1, 2, 3] && reader.calibration(name: "a") == [])
        #expect(try reader.calibration(name: "c") == nil)
        #expect(try reader.check().isEmpty)
    }

    @Test func readingsAreFoundByTime() throws {
        let reader = try CatalogReader(path: written("catalog"))
        func times(_ from: Int64?, _ before: Int64?) throws -> [Int64] {
            try reader.readings(meter: 0, from: from, before: before).map(\.time)
        }
        #expect(try times(0, nil) == Array(Self.times[1...]))
        #expect(try times(nil, 0) == [-5])
        #expect(try times(1, 1_451_606_400_001) == [1_451_606_400_000])
        #expect(try times(5, 5) == [] && times(9, 3) == [])
        #expect(try reader.newestTime(meter: 0) == .max - 1)
        #expect(try reader.newestTime(meter: 0, before: 0) == -5)
        #expect(try reader.newestTime(meter: 0, before: -5) == nil && reader.newestTime(meter: 1) == nil)
        expectSame(try #require(try reader.reading(meter: 0, at: 0)), 1)
        #expect(try reader.reading(meter: 0, at: 1) == nil && reader.reading(meter: 1, at: 0) == nil)
    }

    @Test func equalContentGivesEqualBytes() throws {
        func bytes(_ name: String) throws -> Data {
            try Data(contentsOf: URL(fileURLWithPath: written(name)))
        }
        let first = try bytes("one")
        #expect(try bytes("two") == first && bytes("three") == first)
        let other = try written("other") { try $0.writeCalibration(name: "c", [1]) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: other)) != first)
    }

    @Test func leavesNothingBesideTheFile() throws {
        let path = try written("catalog")
        _ = try CatalogReader(path: path).meters()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["catalog"])
    }

    @Test func refusesToWriteTwice() throws {
        let path = try written("catalog")
        #expect(throws: CatalogError.self) { try CatalogWriter(path: path) }
        #expect(throws: CatalogError.self) { try CatalogWriter(path: folder.path("no/such/folder")) }
        #expect(try CatalogReader(path: path).meters() == Self.meters)
    }

    @Test func refusesRowsThatContradictOthers() throws {
        let writer = try CatalogWriter(path: folder.path("catalog"))
        try writer.write(Self.meters)
        #expect(throws: CatalogError.self) { try writer.write([Self.meters[0]]) }
        #expect(throws: CatalogError.self) {
            try writer.writeReadings(meter: 0, times: [3, 3], values: [1, 2]) { _ in nil }
        }
        let error = #expect(throws: CatalogError.self) {
            try writer.writeWindows(bank: .normal, [KnownWindow(meter: 9, time: 0)])
        }
        // SQLITE_CONSTRAINT
        #expect(error?.sqliteCode == 19 && error?.path == folder.path("catalog"))
    }

    @Test func aReaderNeverWrites() throws {
        let path = try written("catalog")
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let reader = try CatalogReader(path: path)
        _ = try reader.check()
        _ = try reader.readings(meter: 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func refusesOtherVersions() throws {
        for version in [0, 2, 99, -1] {
            let path = try written("version \(version)")
            try runSQL("PRAGMA user_version = \(version)", on: path)
            let error = #expect(throws: CatalogError.self) { try CatalogReader(path: path) }
            #expect(error?.message.contains("format \(version)") == true)
        }
    }

    @Test func refusesGarbage() throws {
        let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: written("catalog"))))
        let files: [[UInt8]] = [
            [], [1], Array("SQLite format 3\0".utf8), [UInt8](repeating: 0xff, count: 8192),
            Array(whole[..<50]), Array(repeating: 0, count: 4096),
        ]
        for (index, bytes) in files.enumerated() {
            let path = try folder.file("garbage \(index)", bytes)
            #expect(throws: CatalogError.self, "file \(index)") { try CatalogReader(path: path) }
        }
        #expect(throws: CatalogError.self) { try CatalogReader(path: folder.path("nothing here")) }
        #expect(throws: CatalogError.self) { try CatalogReader(path: folder.path) }
        // Opening a missing file must not create it.
        #expect(!FileManager.default.fileExists(atPath: folder.path("nothing here")))
    }

    @Test func theCheckFindsDanglingReferences() throws {
        let path = try written("catalog")
        try runSQL("PRAGMA foreign_keys = OFF; DELETE FROM meter WHERE id = 2", on: path)
        let problems = try CatalogReader(path: path).check()
        #expect(problems.count == 2 && problems.allSatisfy { $0.contains("window") })
    }

    @Test func theCheckFindsBrokenPages() throws {
        let path = try written("catalog") { writer in
            let times = (0..<5000).map(Int64.init)
            try writer.writeReadings(meter: 2, times: times, values: times.map(Double.init)) { _ in nil }
        }
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        let pages = bytes.count / 4096
        for page in pages / 2..<pages - 1 { bytes[page * 4096] = 0x77 }
        let broken = try folder.file("broken", bytes)
        let found = try? CatalogReader(path: broken).check()
        #expect(found?.isEmpty != true)
    }

    @Test func manyReadAtOnce() async throws {
        let reader = try CatalogReader(path: written("catalog"))
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try reader.readings(meter: 0).count } }
            for try await count in group { #expect(count == 4) }
        }
    }
}
