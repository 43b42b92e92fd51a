import Benchmark
import Encoder
import LineProtocol
import NIOCore
import Readings
import VectorIndex
import Windows

/// One stage of a line each, on the readings of one simulated meter.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput],
        scalingFactor: .kilo,
        maxDuration: .seconds(5),
        maxIterations: 1_000_000
    )
    let line = Line()

    Benchmark("request: PUSH, one channel") { benchmark in
        let bytes = ByteBuffer(string: "PUSH house-001 2024-01-01T00:00:00Z 1.25 k=10")
        for _ in benchmark.scaledIterations { blackHole(try Request(parsing: bytes)) }
    }

    Benchmark("window: a reading taken in, its features computed") { benchmark in
        var stream = line.stream
        var place = Line.known
        for _ in benchmark.scaledIterations {
            if place == line.history.count { (stream, place) = (line.stream, Line.known) }
            stream.append([line.history.values[place]], at: line.history.times[place])
            place += 1
            blackHole(stream.features())
        }
    }

    Benchmark("embedding: principal components") { benchmark in
        for _ in benchmark.scaledIterations { blackHole(line.encoder.encode(line.features)) }
    }

    let query = line.embedding
    for rows in [10_000, 100_000] {
        guard let bank = try? line.bank(of: rows) else { fatalError("a bank of \(rows) rows") }
        Benchmark("search: the 10 nearest of \(rows) rows, exact") { benchmark in
            for _ in benchmark.scaledIterations { blackHole(try bank.search(query, k: 10)) }
        }
    }

    Benchmark("reply: an answer with 10 neighbours") { benchmark in
        var buffer = ByteBuffer()
        for _ in benchmark.scaledIterations {
            buffer.clear()
            line.reply.append(to: &buffer)
        }
        blackHole(buffer)
    }
}
