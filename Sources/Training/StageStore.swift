internal import Foundation
internal import Verdicts

/// Where a build keeps its stages from one to the next: in memory, or as files in a folder.
///
/// A build takes the same steps in either case. With a folder each stage is written, read back, and the value
/// that was read is what the next stage gets.
package struct StageStore: Sendable {
    /// The folder of the stages' files; nil keeps the stages in memory.
    private let folder: String?
    /// How many meters are embedded together. No bit of an index depends on it.
    private let metersPerShard: Int

    /// In memory, with one shard for all meters: a build on one machine.
    package static let memory = StageStore(folder: nil, metersPerShard: .max)

    private init(folder: String?, metersPerShard: Int) {
        precondition(metersPerShard > 0, "a shard holds a meter")
        self.folder = folder
        self.metersPerShard = metersPerShard
    }

    /// In files.
    ///
    /// - Parameters:
    ///   - folder: an existing folder; files of the same names are replaced.
    ///   - metersPerShard: how many meters are embedded together, at least 1.
    package init(folder: String, metersPerShard: Int) {
        self.init(folder: Optional(folder), metersPerShard: metersPerShard)
    }

    /// Gives a stage to the next one: as it is, or written to its file and read back. The file is
    /// `NAME.stage`, with the words of the name joined by hyphens.
    ///
    /// - Throws: ``IndexError`` with `storage` or `damaged`.
    func pass<Stage: BuildStage>(_ stage: Stage, as name: String) throws -> Stage {
        guard let folder else { return stage }
        let words = name.split { !$0.isLetter && !$0.isNumber && $0 != "." }
        let path = "\(folder)/\(words.joined(separator: "-")).stage"
        try stage.write(to: path)
        return try Stage(reading: path)
    }

    /// The numbers of the meters of each shard.
    func shards(ofMeters count: Int) -> [Range<Int>] {
        guard metersPerShard < count else { return [0..<count] }
        return stride(from: 0, to: count, by: metersPerShard).map { $0..<min($0 + metersPerShard, count) }
    }
}
