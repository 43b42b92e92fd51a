internal import Charts
internal import Detection
internal import Encoder
internal import Readings
internal import Statistics
internal import VectorIndex

/// The banks and the evaluated alarms, projected onto a plane and thinned so that points can be told apart.
struct BankMap: Sendable {
    private static let normalLimit = 1_200
    private static let anomalousLimit = 600
    /// The most alarms shown.
    static let alarmLimit = 300
    /// The most kinds of anomalies with a colour of their own.
    private static let kindLimit = 6

    let chart: MapChart

    /// Plots the banks of a classifier.
    ///
    /// - Parameter alarms: embeddings of readings that raised an alarm.
    /// - Throws: ``VectorIndexError`` if a row cannot be read, ``EncoderError`` if the projection fails.
    init(normal: EmbeddingBank, anomalous: EmbeddingBank, alarms: [[Float]]) throws {
        let normals = try Self.embeddings(
            at: Array(normal.windows.indices).thinned(to: Self.normalLimit),
            in: normal
        )
        let rows = Array(anomalous.windows.indices).thinned(to: Self.anomalousLimit)
        let anomalies = try Self.embeddings(at: rows, in: anomalous)
        let plane = try PlaneProjection(normals + anomalies)
        var pointsOfKind: [Name: [(Double, Double)]] = [:]
        for (row, embedding) in zip(rows, anomalies) {
            pointsOfKind[anomalous.windows[row].kind ?? "", default: []].append(plane.point(embedding))
        }
        let kinds = pointsOfKind.sorted { ($0.value.count, $1.key) > ($1.value.count, $0.key) }
        var groups = [MapChart.Group("normal", normals.map(plane.point), .faint)]
        for (index, kind) in kinds.prefix(Self.kindLimit).enumerated() {
            let name = kind.key.isEmpty ? "anomalous" : kind.key.text
            groups.append(MapChart.Group(name, kind.value, .coloured(index)))
        }
        let rest = kinds.dropFirst(Self.kindLimit).flatMap(\.value)
        if !rest.isEmpty { groups.append(MapChart.Group("other kinds", rest, .coloured(Self.kindLimit))) }
        if !alarms.isEmpty { groups.append(MapChart.Group("alarms", alarms.map(plane.point), .ring)) }
        chart = MapChart(groups: groups)
    }

    private static func embeddings(
        at rows: [Int],
        in bank: EmbeddingBank
    ) throws(VectorIndexError) -> [[Float]] {
        var embeddings: [[Float]] = []
        for row in rows { embeddings.append(try bank.index.row(row)) }
        return embeddings
    }
}

/// The plane in which some embeddings are most spread out: their first two principal components.
private struct PlaneProjection {
    /// The most numbers of an embedding that count, evenly spaced: the memory that LAPACK needs grows with
    /// their square, and its time with their cube.
    private static let dimensionLimit = 1_000

    /// The numbers of an embedding that count.
    private let columns: [Int]
    /// Nil if there are fewer than two embeddings; then all points coincide.
    private let encoder: PCAEncoder?

    /// - Parameter embeddings: of one length.
    init(_ embeddings: [[Float]]) throws(EncoderError) {
        guard embeddings.count > 1, let first = embeddings.first else {
            columns = []
            encoder = nil
            return
        }
        let columns = Array(first.indices).thinned(to: Self.dimensionLimit)
        self.columns = columns
        let rows = embeddings.flatMap { embedding in columns.map { embedding[$0] } }
        let components = try PrincipalComponents(
            of: rows,
            standardisedBy: Standardisation(centring: rows, featureCount: columns.count)
        )
        encoder = PCAEncoder([components], dimension: 2, whitening: 0)
    }

    /// The projection of an embedding, in a unit common to both axes.
    func point(_ embedding: [Float]) -> (Double, Double) {
        guard let encoder else { return (0, 0) }
        let projected = encoder.encode(columns.map { embedding[$0] })
        return (Double(projected[0]), projected.count > 1 ? Double(projected[1]) : 0)
    }
}
