import Detection
import Encoder
import Engine
import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Verdicts
import Windows

/// The distances in an answer, compared with all distances computed from the index's files.
@Suite struct NeighbourTwinTests {
    /// Everything that can be read from a generation's folder.
    private struct Files {
        let encoder: PCAEncoder
        let profiles: [MeterProfile]
        let normals: [KnownWindow]
        let anomalies: [KnownWindow]

        init(_ index: TestIndex) throws {
            let path = index.folder.path(of: 1)
            let weights = try Data(contentsOf: URL(fileURLWithPath: path + "/weights.safetensors"))
            encoder = try PCAEncoder(Safetensors(decoding: [UInt8](weights)), channelCount: 1)
            let catalog = try index.catalog()
            profiles = try catalog.meters().map {
                try JSONDecoder().decode(MeterProfile.self, from: Data($0.profile))
            }
            normals = try catalog.windows(of: .normal)
            anomalies = try catalog.windows(of: .anomalous)
        }

        /// The embedding of each reading that could be judged, by its time.
        func embeddings(of history: MeterHistory, meter: Int) -> [Int64: [Float]] {
            let layout = FeatureLayout(channelCount: 1, hasCalendar: true, fillsGaps: true)
            var stream = MeterStream(known: profiles[meter], layout: layout)
            var embeddings: [Int64: [Float]] = [:]
            for reading in 0..<history.count {
                stream.append(history.row(reading), at: history.times[reading])
                guard stream.readiness == .ready else { continue }
                embeddings[history.times[reading].milliseconds] = encoder.encode(stream.features())
            }
            return embeddings
        }
    }

    @Test func areThoseOfABruteSearch() async throws {
        let index = try await TestIndex.shared.value()
        let files = try Files(index)
        let built = index.built.indices.map { files.embeddings(of: index.built[$0], meter: $0) }
        func bank(_ windows: [KnownWindow]) throws -> BruteForce {
            let rows = try windows.flatMap { try #require(built[$0.meter][$0.time]) }
            return BruteForce(rows, dimension: files.encoder.dimension)
        }
        let anomalous = try bank(files.anomalies)
        let live = try LiveIndex(index.folder, readonly: true)
        for meter in index.built.indices {
            let own = files.normals.filter { $0.meter == meter }
            let normal = try bank(own)
            // The twin's stream gets the whole history, so that its window reaches back into it.
            var whole = index.built[meter]
            whole.append(time: index.later[meter].times[0], values: index.later[meter].row(0))
            let query = try #require(
                files.embeddings(of: whole, meter: meter)[index.later[meter].times[0].milliseconds]
            )
            let answer = try live.query(
                index.built[meter].meter,
                at: index.later[meter].times[0],
                values: index.later[meter].row(0)
            )
            let found = try #require(answer.content.assessment)
            let normals = normal.nearest(query, count: 10)
            let anomalies = anomalous.nearest(query, count: 10)
            func mean(_ rows: [(row: Int, distance: Double)]) -> Double {
                rows.prefix(5).reduce(0) { $0 + $1.distance } / 5
            }
            #expect(abs(found.normalDistance - mean(normals)) < 1e-3)
            #expect(abs(try #require(found.anomalousDistance) - mean(anomalies)) < 1e-3)
            let wanted = (normals + anomalies).map(\.distance).sorted().prefix(10)
            #expect(zip(found.neighbours, wanted).allSatisfy { abs($0.distance - $1) < 1e-3 })
            let nearest = own[normals[0].row]
            if normals[0].distance + 1e-3 < normals[1].distance, normals[0].distance < anomalies[0].distance {
                #expect(found.neighbours[0].time.milliseconds == nearest.time)
                #expect(found.neighbours[0].meter == index.built[meter].meter)
            }
        }
    }
}
