import Detection
import Encoder
import Engine
import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Training
import Verdicts

/// Builds with every kind of encoder that needs no trainer, and choices that are refused.
@Suite struct EncoderChoiceTests {
    private let home: TemporaryFolder

    init() throws { home = try TemporaryFolder() }

    @Test func isReadAsItIsWritten() throws {
        #expect(try EncoderChoice("auto") == .automatic)
        #expect(try EncoderChoice("pca+lstm") == .families([.pca, .lstm]))
        #expect(try EncoderChoice(home.path) == .imported(folder: home.path))
        for text in ["", "pca+", "concatenation", "pca+pca", "transformer", "\(home.path)/no-such"] {
            let error = #expect(throws: IndexError.self) { try EncoderChoice(text) }
            #expect(error?.code == .badRequest && error?.message.contains("supervised") == true)
        }
    }

    private func build(_ choice: EncoderChoice, in folder: IndexFolder) async throws -> Manifest {
        let index = try await TestIndex.shared.value()
        let options = BuildOptions(encoder: choice, command: "build test")
        return try await folder.build(index.built, channels: ["power_kw"], options: options)
    }

    /// Scores of some later readings, by their bits.
    private func figures(_ folder: IndexFolder) async throws -> [[String]] {
        let index = try await TestIndex.shared.value()
        let live = try LiveIndex(folder, readonly: true)
        return try index.later.flatMap { history in
            try stride(from: 0, to: history.count, by: 16).map { reading in
                let values = history.row(reading)
                return try live.query(history.meter, at: history.times[reading], values: values).content
                    .figures
            }
        }
    }

    @Test(arguments: [
        EncoderChoice.families([.pca]), .families([.supervised]), .families([.pca, .supervised]),
    ])
    func aFamilyIsBuiltAndServed(choice: EncoderChoice) async throws {
        let folder = try IndexFolder(in: home)
        let manifest = try await build(choice, in: folder)
        guard case .families(let families) = choice else { return }
        #expect(manifest.encoder == families.map(\.rawValue).joined(separator: "+"))
        #expect(manifest.encoderAsked == manifest.encoder)
        #expect(try await figures(folder).allSatisfy { $0[0] != "warming" })
        #expect(Verification(of: folder).problems == [])
        let rebuilt = try await IndexBuilder.rebuild(folder) { _ in }
        #expect(rebuilt.encoder == manifest.encoder && rebuilt.encoderAsked == manifest.encoderAsked)
    }

    @Test func autoSaysWhatItTried() async throws {
        let index = try await TestIndex.shared.value()
        let tried = try #require(index.manifest.validation?.tried)
        #expect(index.manifest.encoderAsked == "auto")
        #expect(tried.contains { $0.candidate.contains("supervised") })
        #expect(tried.contains { $0.candidate.contains("pca") && $0.candidate.contains("; with supervised") })
        #expect(tried.count { $0.chosen } == 1)
        let chosen = try #require(tried.first { $0.chosen })
        // Another candidate than the default is taken only if it is clearly better.
        #expect(chosen.candidate == tried[0].candidate || chosen.quality > tried[0].quality + 0.01)
    }

    @Test(arguments: [EncoderFamily.autoencoder, .lstm])
    func weightsThatWereBroughtAlongAreServedAndRebuilt(family: EncoderFamily) async throws {
        let weights = try ImportedWeights(family)
        let folder = try IndexFolder(in: home)
        let manifest = try await build(.imported(folder: weights.path), in: folder)
        #expect(
            manifest.encoder == family.rawValue && manifest.dimension == 4 && manifest.encoderAsked == "own"
        )
        let before = try await figures(folder)
        try FileManager.default.removeItem(atPath: weights.path)
        #expect(Verification(of: folder).problems == [])
        let rebuilt = try await IndexBuilder.rebuild(folder) { _ in }
        #expect(rebuilt.generation == 2 && rebuilt.encoder == family.rawValue)
        #expect(try await figures(folder) == before)
    }

    @Test func aScoreOfARawWindowIsTheSameOverTheSocketAndInAFile() async throws {
        let folder = try IndexFolder(in: home)
        let weights = try ImportedWeights(.lstm)
        _ = try await build(.imported(folder: weights.path), in: folder)
        withExtendedLifetime(weights) {}
        let index = try await TestIndex.shared.value()
        let history = index.later[0].slice(0..<60)
        var scored: [[String]] = []
        let reader = try LiveIndex(folder, readonly: true)
        try await BatchScorer(reader).score(
            [history],
            report: { _ in },
            receive: { scores in scored += scores.map(\.content.figures) }
        )
        let live = try LiveIndex(folder)
        for reading in 0..<history.count {
            let pushed = try live.push(
                history.meter,
                at: history.times[reading],
                values: history.row(reading)
            )
            #expect(pushed.content.figures == scored[reading])
        }
    }

    private func refusal(_ weights: ImportedWeights) async throws -> IndexError? {
        try weights.write()
        return try await refusal(of: .imported(folder: weights.path))
    }

    private func refusal(of choice: EncoderChoice) async throws -> IndexError? {
        let index = try await TestIndex.copy()
        let options = BuildOptions(encoder: choice)
        let error = await #expect(throws: IndexError.self) {
            try await index.folder.build(index.built, channels: ["power_kw"], options: options)
        }
        // Whatever was wrong, the old generation is still served.
        #expect(try index.folder.current() == 1 && index.folder.generations() == [1])
        #expect(Verification(of: index.folder).problems == [])
        return error
    }

    @Test func weightsOfOtherWindowsAreRefused() async throws {
        let channels = try await refusal(try ImportedWeights(.lstm, channels: 2))
        #expect(channels?.code == .badEncoder && channels?.message.contains("2 channels") == true)
        let calendar = try await refusal(try ImportedWeights(.autoencoder, hasCalendar: false))
        #expect(calendar?.code == .badEncoder && calendar?.message.contains("without calendar") == true)
    }

    @Test func weightsThatAreNotWholeAreRefused() async throws {
        var missing = try ImportedWeights(.lstm)
        missing.tensors.tensors["embedding.bias"] = nil
        #expect(try await refusal(missing)?.message.contains("`embedding.bias`") == true)
        var misshapen = try ImportedWeights(.autoencoder)
        misshapen.tensors.tensors["encoder.2.weight"] = .init(
            shape: [4, 7],
            values: [Float](repeating: 1, count: 28)
        )
        let shape = try await refusal(misshapen)
        #expect(shape?.message.contains("[4, 7]") == true && shape?.message.contains("[4, 8]") == true)
        var notANumber = try ImportedWeights(.lstm)
        notANumber.tensors.tensors["embedding.bias"] = .init(shape: [4], values: [0, .nan, 0, 0])
        #expect(try await refusal(notANumber)?.message.contains("not finite") == true)
        let torn = try ImportedWeights(.lstm)
        try torn.write(EncoderDescription.weightsName, [1, 2, 3])
        #expect(try await refusal(of: .imported(folder: torn.path))?.code == .badEncoder)
        try torn.write(EncoderDescription.fileName, Array("{}".utf8))
        #expect(try await refusal(of: .imported(folder: torn.path))?.message.contains("`encoder`") == true)
        try FileManager.default.removeItem(atPath: "\(torn.path)/\(EncoderDescription.fileName)")
        #expect(try await refusal(of: .imported(folder: torn.path))?.message.contains("missing") == true)
    }

    /// A supervised encoder needs both classes, and the error says so.
    @Test func aSingleClassIsRefused() async throws {
        let folder = try IndexFolder(in: home)
        let history = HistoryRecipe().history(seed: 1).slice(0..<300, label: { _ in nil })
        let error = await #expect(throws: IndexError.self) {
            try await folder.build(
                [history],
                channels: ["a"],
                options: BuildOptions(encoder: .families([.supervised]))
            )
        }
        #expect(error?.code == .tooLittleHistory && error?.message.contains("label") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }

    /// Fewer windows than an embedding has numbers: no encoder crashes on them.
    @Test(arguments: [EncoderChoice.automatic, .families([.pca]), .families([.pca, .supervised])])
    func fewerWindowsThanDimensions(choice: EncoderChoice) async throws {
        let folder = try IndexFolder(in: home)
        var recipe = HistoryRecipe()
        recipe.channels = 6
        recipe.incidents = 0.1
        let history = recipe.history(seed: 1).slice(0..<90)
        do {
            let options = BuildOptions(encoder: choice)
            let names = (0..<6).map { Name("c\($0)") }
            let manifest = try await folder.build([history], channels: names, options: options)
            #expect(manifest.normal.rows < manifest.dimension)
            #expect(Verification(of: folder).problems == [])
        } catch let error as IndexError {
            #expect(error.code == .tooLittleHistory)
        }
    }

    @Test func windowsCanBeTakenElsewhere() async throws {
        let index = try await TestIndex.shared.value()
        let source = IndexSource(histories: index.built, channels: ["power_kw"])
        let path = "\(home.path)/mine"
        let count = try await source.writeWindows(for: .lstm, to: path) { _ in }
        func bytes(_ name: String) throws -> [UInt8] {
            [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
        }
        let description = try EncoderDescription(decoding: bytes(EncoderDescription.fileName))
        let set = try TrainingSet(Safetensors(decoding: bytes(TrainingSet.fileName)))
        #expect(description.encoder == .lstm && description.slots == 48)
        #expect(set.windows.shape == [count, 48, 2] && set.windows.values.allSatisfy { abs($0) <= 6 })
        #expect(set.anomalous.count { $0 } == index.manifest.anomalous.rows)
        #expect(set.position.allSatisfy { (0..<1).contains($0) })
    }
}
