import Foundation
import VectorIndex

/// An IVF index, and the answers it must give to the bit: from its centroids, read from its file, and plain
/// scans.
struct ListTwin: ~Copyable {
    let ivf: VectorIndex
    let rows: Twins
    private let centroids: VectorIndex
    private let listOfRow: [Int]

    init(dimension: Int, lists: Int, rows values: [Float]) throws {
        precondition(lists < Twins.plainRange, "centroids are compared without a sketch")
        let rows = try Twins(dimension: dimension, rows: values)
        var ivf = try VectorIndex(ivfDimension: dimension, lists: lists, trainingRows: values, seed: 1)
        try ivf.add(values)
        var centroids = try VectorIndex(flatDimension: dimension)
        try centroids.add(Self.centroids(of: ivf, count: lists * dimension))
        var listOfRow: [Int] = []
        for row in 0..<ivf.count {
            let list = try centroids.search(ivf.row(row), k: 1)[query: 0].first
            listOfRow.append(list?.row ?? -1)
        }
        self.rows = rows
        self.ivf = ivf
        self.centroids = centroids
        self.listOfRow = listOfRow
    }

    /// The centroids in an `IwFl` file. They follow its own header, the number of lists, and the header of
    /// the quantiser, 98 bytes in all.
    private static func centroids(of ivf: borrowing VectorIndex, count: Int) throws -> [Float] {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).faiss")
        defer { try? FileManager.default.removeItem(at: path) }
        try ivf.write(to: path.path)
        return try Data(contentsOf: path)[98..<98 + count * 4].withUnsafeBytes { buffer in
            (0..<count).map { buffer.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
        }
    }

    /// The nearest candidates in the nearest lists. If these have fewer than `k`, further lists are searched.
    func nearest(
        _ query: [Float],
        k: Int,
        probes: Int,
        where isCandidate: (Int) -> Bool
    ) throws -> [FoundRow] {
        let order = try centroids.search(query, k: centroids.count)[query: 0].map(\.row)
        let all = try rows.everyRow(from: query).filter { isCandidate($0.row) }
        var rankOfList = [Int](repeating: 0, count: order.count)
        for (rank, list) in order.enumerated() { rankOfList[list] = rank }
        var searched = probes
        while searched < order.count,
            all.count(where: { rankOfList[listOfRow[$0.row]] < searched }) < min(k, all.count)
        {
            searched += 1
        }
        return Array(all.filter { rankOfList[listOfRow[$0.row]] < searched }.prefix(k))
    }
}
