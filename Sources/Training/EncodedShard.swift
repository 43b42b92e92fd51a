package import Detection
package import Encoder
internal import Tasks
package import Verdicts
internal import Windows

/// The embeddings of all windows of consecutive meters: what a build computes shard by shard, on as many
/// machines as there are.
///
/// A window's embedding depends on nothing but the window and the encoder, so that any division of the meters
/// into shards gives the same index.
package struct EncodedShard: Equatable, Sendable {
    /// The windows of the rows.
    package let list: WindowList
    /// The encoder's name in the plan.
    package let encoder: String
    /// The length of an embedding.
    package let dimension: Int
    /// Row-major, ``dimension`` numbers a window.
    package let embeddings: [Float]

    /// The window of each row.
    package var windows: [KnownWindow] { list.windows }
    /// Whether each row is labelled anomalous.
    package var anomalous: [Bool] { list.anomalous }
    /// Each meter's rows.
    package var rows: [Range<Int>] { list.rows }
    /// How many rows there are.
    package var count: Int { list.count }

    /// One window's embedding.
    package func embedding(of row: Int) -> ArraySlice<Float> {
        embeddings[row * dimension..<(row + 1) * dimension]
    }

    /// How many windows one task embeds.
    private static let windowsAtOnce = 4096

    /// Embeds the windows of consecutive meters.
    ///
    /// - Parameters:
    ///   - table: their windows.
    ///   - encoder: what embeds them.
    ///   - name: the encoder's name in the plan.
    package init(_ table: WindowTable, by encoder: any WindowEncoder, named name: String) async throws {
        let starts = Array(stride(from: 0, to: table.count, by: Self.windowsAtOnce))
        let parts = try await concurrentMap(starts) { start in
            let rows = start..<min(start + Self.windowsAtOnce, table.count)
            return encoder.encode(table.inputs(of: rows), width: table.layout.inputCount)
        }
        list = table.list
        self.encoder = name
        dimension = encoder.dimension
        embeddings = parts.flatMap(\.self)
    }

    private init(_ list: WindowList, encoder: String, dimension: Int, embeddings: [Float]) {
        self.list = list
        self.encoder = encoder
        self.dimension = dimension
        self.embeddings = embeddings
    }

    /// Joins the shards of an index in the order of their meters.
    ///
    /// - Parameter meterCount: how many meters the index has.
    /// - Throws: ``IndexError`` with `badRequest` where a shard is missing, doubled, out of order or of
    ///   another encoder.
    package init(joining shards: [EncodedShard], meterCount: Int) throws(IndexError) {
        try Self.check(shards, meterCount: meterCount)
        guard shards.count > 1 else {
            self = shards[0]
            return
        }
        self.init(
            WindowList(joining: shards.map(\.list)),
            encoder: shards[0].encoder,
            dimension: shards[0].dimension,
            embeddings: shards.flatMap(\.embeddings)
        )
    }

    private static func check(_ shards: [EncodedShard], meterCount: Int) throws(IndexError) {
        var next = 0
        for shard in shards {
            let first = shard.list.meters.lowerBound
            guard first == next else {
                throw IndexError(
                    .badRequest,
                    "a shard begins with meter number \(first), and number \(next) is next; "
                        + "give each shard once, in the order of the meters"
                )
            }
            guard shard.encoder == shards[0].encoder, shard.dimension == shards[0].dimension else {
                throw IndexError(
                    .badRequest,
                    "the shard from meter number \(first) on was embedded by the encoder `\(shard.encoder)`, "
                        + "the first one by `\(shards[0].encoder)`; embed all shards by the same plan"
                )
            }
            next = shard.list.meters.upperBound
        }
        guard next == meterCount, !shards.isEmpty else {
            throw IndexError(
                .badRequest,
                "the shards hold \(next) meters, and the index has \(meterCount); "
                    + "embed the missing meters first"
            )
        }
    }
}

extension EncodedShard: BuildStage {
    package static let kind = "encoded-shard"

    private struct Head: Codable {
        let dimension: Int
        let encoder: String
        let windows: WindowColumns
    }

    package func write(into file: inout StageFile) throws {
        try file.add(
            Head(dimension: dimension, encoder: encoder, windows: WindowColumns(list)),
            as: "windows"
        )
        let tensor = Safetensors.Tensor(shape: [count, dimension], values: embeddings)
        try file.add(Safetensors(["embeddings": tensor]), as: "embeddings")
    }

    package init(_ file: StageFile) throws {
        let head = try file.value("windows", as: Head.self)
        let list = try head.windows.list()
        let tensor = try file.tensors("embeddings").tensors["embeddings"]
        guard let tensor, tensor.shape == [list.count, head.dimension] else {
            throw StageContentError("it does not hold an embedding for each window")
        }
        self.init(list, encoder: head.encoder, dimension: head.dimension, embeddings: tensor.values)
    }
}
