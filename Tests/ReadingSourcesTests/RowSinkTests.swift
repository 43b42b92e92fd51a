import ReadingSources
import Readings
import Testing

/// The sink without a file format: the test hands the rows over.
@Suite struct RowSinkTests {
    private func time(_ hour: Int64) -> Timestamp { Timestamp(milliseconds: hour * 3_600_000) }

    @Test func countsEachRowOnce() throws {
        var sink = RowSink(since: time(1), until: time(9))
        sink.beginFile("here", channels: ["a", "b"])
        let meter = sink.meter(named: "m")
        let named = sink.meter(named: Array("n".utf8).span)
        let other = try #require(named)
        let again = sink.meter(named: Array("m".utf8).span)
        #expect(again == meter)
        sink.take(meter: meter, time: time(3), values: [3, .nan], label: sink.label(nil))
        sink.take(meter: other, time: time(2), values: [1, 2], label: sink.label(.anomalous(kind: "theft")))
        sink.take(meter: meter, time: time(2), values: [2, 0], label: sink.label(.normal))
        sink.take(meter: meter, time: time(3), values: [4, 5], label: sink.label(.anomalous(kind: nil)))
        #expect(!sink.wants(time(0)) && sink.wants(time(1)) && !sink.wants(time(9)))
        sink.passOver()
        try sink.reject(.noTime, line: 7, row: [1, 2, 3])
        #expect(sink.rowsRead == 6 && sink.rowsOfFile == 6)

        let (summary, histories) = try finish(sink)
        #expect(summary.rows == 6 && summary.accepted == 3 && summary.duplicates == 1)
        #expect(summary.rejected == 1 && summary.outsideRange == 1 && summary.outOfOrder == 1)
        #expect(summary.channels == ["a", "b"] && summary.meters == 2)
        #expect(histories.map(\.meter) == ["m", "n"])
        #expect(histories[0].times == [time(2), time(3)] && histories[0].values == [2, 0, 4, 5])
        #expect(histories[0].labels == [.normal, .anomalous(kind: nil)])
        #expect(histories[1].labels == [.anomalous(kind: "theft")])
    }

    @Test(arguments: [[], [0x61, 0x07], [0xff, 0xfe]] as [[UInt8]]) func refusesWhatIsNoName(bytes: [UInt8]) {
        var sink = RowSink()
        #expect(sink.meter(named: bytes.span) == nil)
    }

    @Test func makesAMeterOfEachChannel() throws {
        var sink = RowSink()
        sink.beginFile("here", channels: ["a", "b"])
        let meter = sink.meter(named: "")
        for hour in 0..<4 {
            let values = [Double(hour), hour < 2 ? .nan : 1]
            sink.take(meter: meter, time: time(Int64(hour)), values: values, label: sink.label(nil))
        }
        let (summary, histories) = try finish(sink, isWide: true)
        #expect(summary.channels == ["value"] && summary.accepted == 6 && summary.missing == 2)
        #expect(histories.map(\.meter) == ["a", "b"] && histories.map(\.count) == [4, 2])
    }

    /// Rows of one meter and time that have values of different channels are one reading, in whatever order
    /// they come.
    @Test(arguments: [true, false]) func makesOneReadingOfItsParts(isStacked: Bool) throws {
        var sink = RowSink()
        sink.rowsAreParts = true
        sink.beginFile("here", channels: ["a", "b"])
        let meter = sink.meter(named: "m")
        let parts = (0..<6).flatMap { hour in (0..<2).map { (hour: hour, channel: $0) } }
        for part in isStacked ? parts.sorted(by: { $0.channel < $1.channel }) : parts {
            guard part != (4, 1) else { continue }
            let value = Double(part.hour * 10 + part.channel)
            sink.take(
                meter: meter,
                time: time(Int64(part.hour)),
                channel: part.channel,
                value: value,
                label: sink.label(nil)
            )
        }
        // The later value of one channel and time counts; the other channel keeps its own.
        sink.take(
            meter: meter,
            time: time(2),
            channel: 0,
            value: 99,
            label: sink.label(.anomalous(kind: nil))
        )
        let (summary, histories) = try finish(sink)
        #expect(summary.accepted == 6 && summary.duplicates == 1 && summary.rows == 7)
        #expect(histories[0].values[4...5] == [99, 21] && histories[0].labels[2] == .anomalous(kind: nil))
        #expect(histories[0].values[8] == 40 && histories[0].values[9].isNaN)
    }

    @Test func tellsEqualDuplicatesFromDifferingOnes() throws {
        var sink = RowSink()
        sink.beginFile("here", channels: ["a"])
        let meter = sink.meter(named: "m")
        for (hour, value) in [(1, 1.0), (1, 1), (2, 2), (2, 3), (3, .nan), (3, .nan)] {
            sink.take(meter: meter, time: time(Int64(hour)), values: [value], label: sink.label(nil))
        }
        let (summary, histories) = try finish(sink)
        #expect(summary.duplicates == 3 && summary.equalDuplicates == 2)
        #expect(summary.accepted == 2 && summary.missing == 1 && summary.rows == 6)
        #expect(histories[0].values[1] == 3)
    }

    private func finish(
        _ sink: consuming RowSink,
        isWide: Bool = false
    ) throws -> (ReadingsSummary, [MeterHistory]) {
        let read = try sink.finish(ColumnChoice(wide: isWide))
        return (read.summary, read.histories)
    }
}
