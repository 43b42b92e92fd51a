import Foundation
import VectorIndex

/// What an IVF index must answer to the bit: its centroids, read out of its file, and plain scans.
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

    /// An `IwFl` file begins with its own header and the number of lists, then the header of the quantiser,
    /// 98 bytes in all.
    private static func centroids(of ivf: borrowing VectorIndex, count: Int) throws -> [Float] {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).faiss")
        defer { try? FileManager.default.removeItem(at: path) }
        try ivf.write(to: path.path)
        return try Data(contentsOf: path)[98..<98 + count * 4].withUnsafeBytes { buffer in
            (0..<count).map { buffer.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
        }
    }

    /// The nearest candidates in the nearest lists; in as many more as it takes to find enough.
    func nearest(
        _ query: [Float],
        k: Int,
        probes: Int,
        where isCandidate: (Int) -> Bool
    ) throws -> [FoundRow] {
        let order = try centroids.search(query, k: centroids.count)[query: 0].map(\.row)
        let all = try rows.everyRow(from: query).filter { isCandidate($0.row) }
        var places = [Int](repeating: 0, count: order.count)
        for (place, list) in order.enumerated() { places[list] = place }
        var looked = probes
        while looked < order.count,
            all.count(where: { places[listOfRow[$0.row]] < looked }) < min(k, all.count)
        {
            looked += 1
        }
        return Array(all.filter { places[listOfRow[$0.row]] < looked }.prefix(k))
    }
}
