import Engine
import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Training
import Verdicts

@Suite("Neighbours by attributes of their meters")
struct AttributeFilterTests {
    private static let attributes: [Name: [Name: Name]] = [
        "house-001": ["town": "Roma"], "house-002": ["town": "Roma", "site": "é"],
        "house-003": ["town": "Bari"],
    ]

    private func index(_ home: TemporaryFolder) async throws -> (IndexFolder, TestIndex) {
        let test = try await TestIndex.shared.value()
        let folder = try IndexFolder("towns", in: home)
        let names = test.built.map(\.meter)
        let source = IndexSource(
            histories: test.built,
            channels: ["power_kw"],
            attributes: Dictionary(zip(names, Self.attributes.sorted { $0.key < $1.key }.map(\.value))) { $1 }
        )
        let builder = try IndexBuilder(folder, options: BuildOptions(command: "build test"))
        _ = try await builder.build(source) { _ in }
        return (folder, test)
    }

    /// `a=b AND c!=d`, as a request has it.
    private static func filter(_ conditions: String) throws -> NeighbourFilter {
        var filter = NeighbourFilter()
        for condition in conditions.components(separatedBy: " AND ") {
            let mark = ["!=", "=", "<"].first { condition.contains($0) } ?? "="
            let parts = condition.components(separatedBy: mark)
            try filter.require(parts[0], NeighbourFilter.Comparison(rawValue: mark) ?? .equal, parts[1])
        }
        return filter
    }

    private func neighbours(_ live: LiveIndex, _ test: TestIndex, _ conditions: String) throws -> Set<Name> {
        var options = QueryOptions(neighbours: 200)
        options.filter = try Self.filter(conditions)
        let later = test.later[0]
        let judged = try live.query(later.meter, at: later.times[0], values: later.row(0), options: options)
        return Set(judged.assessment?.neighbours.map(\.meter) ?? [])
    }

    @Test("A condition on an attribute is one on its meters, also after a rebuild")
    func filters() async throws {
        let home = try TemporaryFolder()
        let (folder, test) = try await index(home)
        let names = test.built.map(\.meter)
        for round in 0..<2 {
            if round == 1 { _ = try await IndexBuilder.rebuild(folder) { _ in } }
            let live = try LiveIndex(folder, readonly: true)
            #expect(try neighbours(live, test, "attribute.town=Roma") == [names[0], names[1]])
            let others = try neighbours(live, test, "attribute.town!=Roma AND label=normal")
            #expect(!others.isEmpty && others.isSubset(of: names[2...]))
            #expect(try neighbours(live, test, "attribute.town=Roma AND attribute.site=é") == [names[1]])
            #expect(try neighbours(live, test, "attribute.town=Milano").isEmpty)
        }
    }

    @Test("An attribute that no meter has, and one compared by order, are refused")
    func refused() async throws {
        let home = try TemporaryFolder()
        let (folder, test) = try await index(home)
        let live = try LiveIndex(folder, readonly: true)
        let unknown = #expect(throws: RequestError.self) { try neighbours(live, test, "attribute.Town=Roma") }
        #expect(unknown?.code == .badFilter && unknown?.sentence.contains("there are site, town") == true)
        let ordered = #expect(throws: RequestError.self) { try neighbours(live, test, "attribute.town<Roma") }
        #expect(ordered?.code == .badFilter)
        let bare = #expect(throws: RequestError.self) { try neighbours(live, test, "attribute.=x") }
        #expect(bare?.sentence.contains("attribute.NAME") == true)
    }

    @Test("A push that is refused for its filter is not taken in")
    func push() async throws {
        let home = try TemporaryFolder()
        let (folder, test) = try await index(home)
        let live = try LiveIndex(folder)
        let (later, options) = (test.later[0], QueryOptions(filter: try Self.filter("attribute.Town=Roma")))
        for _ in 0..<2 {
            let refused = #expect(throws: RequestError.self) {
                try live.push(later.meter, at: later.times[0], values: later.row(0), options: options)
            }
            #expect(refused?.code == .badFilter)
        }
        // From memory, too, once the meter's stream is there.
        _ = try live.push(later.meter, at: later.times[0], values: later.row(0))
        #expect(throws: RequestError.self) {
            try live.pushFromMemory(later.meter, at: later.times[1], values: later.row(1), options: options)
        }
        #expect(live.readingsTaken == 1)
        try live.flush()
        try live.close()
    }

    @Test("The same attributes give the same bytes")
    func bytes() async throws {
        let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
        let first = try Manifest(ofGeneration: 1, in: await index(one).0)
        let second = try Manifest(ofGeneration: 1, in: await index(other).0)
        #expect(first.files == second.files)
    }
}
