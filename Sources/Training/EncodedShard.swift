package import Detection
package import Encoder
internal import Storage
internal import Tasks
internal import Verdicts
internal import Windows

/// The embeddings of all windows of consecutive meters: what a build computes shard by shard, on as many
/// machines as there are.
///
/// A window's embedding depends on nothing but the window and the encoder, so that any division of the meters
/// into shards gives the same index.
package struct EncodedShard: Equatable, Sendable {
    /// The windows of the rows.
    package let list: WindowList
    /// The SHA-256 of the encoder's weights, in hexadecimal: shards of different encoders are not joined.
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
    ///   - encoder: an encoder of the plan.
    package init(_ table: WindowTable, by encoder: any WindowEncoder) async throws {
        let starts = Array(stride(from: 0, to: table.count, by: Self.windowsAtOnce))
        let parts = try await concurrentMap(starts) { start in
            let rows = start..<min(start + Self.windowsAtOnce, table.count)
            return encoder.encode(table.inputs(of: rows), width: table.layout.inputCount)
        }
        list = table.list
        self.encoder = try Self.fingerprint(of: encoder)
        dimension = encoder.dimension
        embeddings = parts.flatMap(\.self)
    }

    /// The SHA-256 of an encoder's weights.
    fileprivate static func fingerprint(of encoder: any WindowEncoder) throws -> String {
        try Checksum.of(encoder.tensors.encoded())
    }

    /// One shard of several, which follow each other.
    fileprivate init(joining shards: [EncodedShard]) {
        self.init(
            WindowList(joining: shards.map(\.list)),
            encoder: shards[0].encoder,
            dimension: shards[0].dimension,
            embeddings: shards.flatMap(\.embeddings)
        )
    }

    private init(_ list: WindowList, encoder: String, dimension: Int, embeddings: [Float]) {
        self.list = list
        self.encoder = encoder
        self.dimension = dimension
        self.embeddings = embeddings
    }
}

extension TrainingPlan {
    /// Joins the shards of all meters in the order of the meters.
    ///
    /// - Parameters:
    ///   - shards: the embeddings of all windows, in the order of the meters.
    ///   - encoder: the encoder of this plan that embedded them.
    /// - Throws: ``IndexError`` with `badRequest` where a shard is missing, given twice, out of order,
    ///   embedded by another encoder or made from other readings.
    package func join(_ shards: [EncodedShard], by encoder: any WindowEncoder) throws -> EncodedShard {
        let fingerprint = try EncodedShard.fingerprint(of: encoder)
        var next = 0
        for shard in shards {
            try check(shard, firstMeter: next, fingerprint, dimension: encoder.dimension)
            next = shard.list.meters.upperBound
        }
        guard next == profiles.count, let first = shards.first else {
            throw IndexError(
                .badRequest,
                "the shards hold \(next) meters, and the plan \(profiles.count); embed the missing meters "
                    + "first"
            )
        }
        return shards.count == 1 ? first : EncodedShard(joining: shards)
    }

    private func check(
        _ shard: EncodedShard,
        firstMeter: Int,
        _ fingerprint: String,
        dimension: Int
    ) throws(IndexError) {
        let meters = shard.list.meters
        guard meters.lowerBound == firstMeter, meters.upperBound <= windowCounts.count else {
            throw IndexError(
                .badRequest,
                "a shard holds the meters \(meters), and meter number \(firstMeter) is next; give each "
                    + "shard once, in the order of the meters"
            )
        }
        guard shard.encoder == fingerprint, shard.dimension == dimension else {
            throw IndexError(
                .badRequest,
                "the shard of the meters \(meters) was embedded by another encoder; embed it by this plan"
            )
        }
        guard shard.rows.map(\.count) == Array(windowCounts[meters]) else {
            throw IndexError(
                .badRequest,
                "the shard of the meters \(meters) was made from other readings than the plan; embed the "
                    + "same readings"
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
