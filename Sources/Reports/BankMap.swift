internal import Charts
internal import Detection
internal import Statistics
internal import VectorIndex

/// The banks and the evaluated alarms in a plane, thinned to what an eye can tell apart.
struct BankMap: Sendable {
    private static let normalLimit = 1_200
    private static let anomalousLimit = 600
    /// So many alarms are shown.
    static let alarmLimit = 300
    /// Kinds with a colour of their own.
    private static let kindLimit = 6

    let chart: MapChart

    /// Draws the banks of a classifier.
    ///
    /// - Parameter alarms: embeddings of readings that raised one.
    init(normal: EmbeddingBank, anomalous: EmbeddingBank, alarms: [[Float]]) throws(VectorIndexError) {
        let normals = try Self.rows(Array(normal.windows.indices).thinned(to: Self.normalLimit), of: normal)
        let places = Array(anomalous.windows.indices).thinned(to: Self.anomalousLimit)
        let anomalies = try Self.rows(places, of: anomalous)
        let plane = PlaneProjection(normals + anomalies)
        var byKind: [String: [(Double, Double)]] = [:]
        for (place, row) in zip(places, anomalies) {
            byKind[anomalous.windows[place].kind ?? "", default: []].append(plane.place(row))
        }
        let kinds = byKind.sorted { ($0.value.count, $1.key) > ($1.value.count, $0.key) }
        var groups = [MapChart.Group("normal", normals.map(plane.place), .faint)]
        for (index, kind) in kinds.prefix(Self.kindLimit).enumerated() {
            let name = kind.key.isEmpty ? "anomalous" : kind.key
            groups.append(MapChart.Group(name, kind.value, .coloured(index)))
        }
        let rest = kinds.dropFirst(Self.kindLimit).flatMap(\.value)
        if !rest.isEmpty { groups.append(MapChart.Group("other kinds", rest, .coloured(Self.kindLimit))) }
        if !alarms.isEmpty { groups.append(MapChart.Group("alarms", alarms.map(plane.place), .ring)) }
        chart = MapChart(groups: groups)
    }

    private static func rows(_ places: [Int], of bank: EmbeddingBank) throws(VectorIndexError) -> [[Float]] {
        var rows: [[Float]] = []
        for place in places { rows.append(try bank.index.row(place)) }
        return rows
    }
}
