import Detection
import Encoder
import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Training
import Verdicts

/// The stages of a build as files: a build by way of files is the same build, and a damaged file is refused.
@Suite struct StageTests {
    private let home: TemporaryFolder
    private let stages: String

    init() throws {
        home = try TemporaryFolder()
        stages = home.path + "/stages"
        try FileManager.default.createDirectory(atPath: stages, withIntermediateDirectories: false)
    }

    private func build(
        _ name: String,
        _ options: BuildOptions,
        by store: StageStore
    ) async throws -> IndexFolder {
        let index = try await TestIndex.shared.value()
        let folder = try IndexFolder(name, in: home)
        let builder = try IndexBuilder(folder, options: options)
        let source = IndexSource(histories: index.built, channels: ["power_kw"])
        _ = try await builder.build(source, stages: store) { _ in }
        return folder
    }

    /// The files of the first generation, those of the second look too.
    private func files(_ folder: IndexFolder) throws -> [String: Data] {
        let path = folder.path(of: 1)
        let names = try #require(FileManager.default.subpaths(atPath: path)).filter { $0 != "second" }
        return try Dictionary(
            uniqueKeysWithValues: names.map {
                ($0, try Data(contentsOf: URL(fileURLWithPath: "\(path)/\($0)")))
            }
        )
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(stages)/\(name)")))
    }

    private func stageFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: stages).sorted()
    }

    /// Reads a stage's file as what its name says it is.
    private func decode(_ name: String, _ bytes: [UInt8]) throws -> any BuildStage {
        if name.contains("windows") { return try WindowTable(decoding: bytes, path: name) }
        if name.contains("plan") { return try TrainingPlan(decoding: bytes, path: name) }
        if name.contains("shard") { return try EncodedShard(decoding: bytes, path: name) }
        if name.contains("contamination") { return try Contamination(decoding: bytes, path: name) }
        return try CandidateResult(decoding: bytes, path: name)
    }

    static let builds = [
        BuildOptions(command: "build test"),
        BuildOptions(secondLook: 86_400_000, seed: 3, command: "build test"),
        BuildOptions(search: .ivf, reduction: .share(0.3), command: "build test"),
        BuildOptions(trustsUnlabelled: true, encoder: .families([.pca, .supervised]), command: "build test"),
    ]

    /// The number of a build, and how many meters a shard holds.
    @Test(arguments: [(0, 1), (1, 2), (2, 3), (3, 2)])
    func aBuildByWayOfFilesGivesTheSameBytes(build number: Int, metersPerShard: Int) async throws {
        let options = Self.builds[number]
        let direct = try await build("direct", options, by: .memory)
        let store = StageStore(folder: stages, metersPerShard: metersPerShard)
        let staged = try await build("staged", options, by: store)
        let (wanted, found) = (try files(direct), try files(staged))
        #expect(Set(wanted.keys) == Set(found.keys))
        for name in wanted.keys.sorted() { #expect(found[name] == wanted[name], "\(name) differs") }
        let shards = try stageFiles().count { $0.hasPrefix("first-encoder") && $0.hasSuffix("shard-1.stage") }
        #expect(shards > 0)
    }

    @Test func everyStageComesBackAsItWas() async throws {
        let store = StageStore(folder: stages, metersPerShard: 3)
        _ = try await build("staged", BuildOptions(secondLook: 86_400_000), by: store)
        let names = try stageFiles()
        for name in names {
            let bytes = try bytes(name)
            #expect(try decode(name, bytes).encoded() == bytes, "\(name) changes")
        }
        for part in ["windows", "plan", "contamination", "candidate", "encoder"] {
            for detector in ["first", "second"] {
                #expect(names.contains { $0.hasPrefix(detector) && $0.contains(part) })
            }
        }
    }

    /// A machine that holds a plan and the readings of some meters embeds them as one that holds all
    /// readings.
    @Test func aShardDependsOnItsMetersAlone() async throws {
        let index = try await TestIndex.shared.value()
        let store = StageStore(folder: stages, metersPerShard: 2)
        _ = try await build("staged", BuildOptions(), by: store)
        let plan = try TrainingPlan(reading: "\(stages)/first-plan.stage")
        let name = try #require(
            stageFiles().first { $0.contains("pca-all-directions-whitening-0.5-shard-1") }
        )
        let meters = 2..<4
        let table = try await WindowTable(
            IndexSource(histories: Array(index.built[meters]), channels: ["power_kw"]),
            profiles: Array(plan.profiles[meters]),
            layout: plan.layout,
            firstMeter: meters.lowerBound,
            report: { _ in }
        )
        let shard = try await EncodedShard(table, by: plan.plain.encoder)
        #expect(try table.encoded() == bytes("first-windows-shard-1.stage"))
        #expect(try shard.encoded() == bytes(name))
    }

    @Test func shardsAreJoinedInTheOrderOfTheMetersOnly() async throws {
        let store = StageStore(folder: stages, metersPerShard: 2)
        _ = try await build("staged", BuildOptions(), by: store)
        func shard(_ number: Int, whitening: String = "0.5") throws -> EncodedShard {
            let end = "whitening-\(whitening)-shard-\(number).stage"
            let name = try #require(
                stageFiles().first { $0.hasPrefix("first-encoder-pca-all") && $0.hasSuffix(end) }
            )
            return try EncodedShard(reading: "\(stages)/\(name)")
        }
        let plan = try TrainingPlan(reading: "\(stages)/first-plan.stage")
        let encoder = plan.plain.encoder
        let shards = try (0..<3).map { try shard($0) }
        let joined = try plan.join(shards, by: encoder)
        #expect(joined.list.meters == 0..<5 && joined.count == shards.reduce(0) { $0 + $1.count })
        #expect(joined.embeddings == shards.flatMap(\.embeddings))
        let index = try await TestIndex.shared.value()
        let others = try await WindowTable(
            IndexSource(histories: Array(index.later[2..<4]), channels: ["power_kw"]),
            profiles: Array(plan.profiles[2..<4]),
            layout: plan.layout,
            firstMeter: 2,
            report: { _ in }
        )
        let otherReadings = try await EncodedShard(others, by: encoder)
        let otherEncoder = try shard(1, whitening: "1.0")
        let wrong: [[EncodedShard]] = [
            [], [shards[0], shards[1]], [shards[1], shards[2]], [shards[0], shards[2], shards[1]],
            [shards[0], shards[1], shards[1], shards[2]], [shards[0], otherEncoder, shards[2]],
            [shards[0], otherReadings, shards[2]],
        ]
        for shards in wrong {
            let error = #expect(throws: IndexError.self) { try plan.join(shards, by: encoder) }
            #expect(error?.code == .badRequest)
        }
    }

    private func expectRefusal(_ name: String, _ bytes: [UInt8]) {
        let error = #expect(throws: IndexError.self) { try decode(name, bytes) }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains(name) == true && error?.message.contains("again") == true)
    }

    @Test func aDamagedStageIsRefused() async throws {
        let store = StageStore(folder: stages, metersPerShard: 3)
        _ = try await build("staged", BuildOptions(), by: store)
        let names = try stageFiles()
        for part in ["windows-shard-1", "plan", "contamination", "candidate", "shard-1"] {
            let name = try #require(names.first { $0.contains(part) })
            let whole = try bytes(name)
            for end in [0, 1, 16, 80, 81, 100, whole.count / 2, whole.count - 1] {
                expectRefusal(name, Array(whole.prefix(end)))
            }
            for position in [0, 14, 16, 40, 79, 80, 90, whole.count / 3, whole.count - 1] {
                var altered = whole
                altered[position] ^= 1
                expectRefusal(name, altered)
            }
            expectRefusal(name, whole + [0])
            for other in names where !other.contains(part.prefix(5)) {
                expectRefusal(name, try bytes(other))
            }
        }
        let error = #expect(throws: IndexError.self) { try TrainingPlan(reading: "\(stages)/no-such.stage") }
        #expect(error?.code == .damaged && error?.message.contains("missing") == true)
    }

    /// A right checksum does not make content that contradicts itself usable.
    @Test func aStageThatContradictsItselfIsRefused() async throws {
        let store = StageStore(folder: stages, metersPerShard: 2)
        _ = try await build("staged", BuildOptions(), by: store)
        let names = try stageFiles()
        for (part, old, new) in [
            ("plan", "\"meter\":0", "\"meter\":9"), ("candidate", "\"meter\":0", "\"meter\":9"),
            ("windows-shard-1", "\"channelCount\":1", "\"channelCount\":0"),
        ] {
            let name = try #require(names.first { $0.contains(part) })
            let whole = try bytes(name)
            let head = "gridkin-stage 1\n".utf8.count + 65
            var body = Data(whole[head...])
            let range = try #require(body.range(of: Data(old.utf8)))
            body.replaceSubrange(range, with: Data(new.utf8))
            let content = [UInt8](body)
            expectRefusal(name, Array("gridkin-stage 1\n\(try Checksum.of(content))\n".utf8) + content)
        }
    }
}
