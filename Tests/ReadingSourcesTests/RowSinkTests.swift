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
        #expect(sink.rows == 6 && sink.rowsOfFile == 6)

        let (summary, histories) = try sink.finish()
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
        let (summary, histories) = try sink.finish(isWide: true)
        #expect(summary.channels == ["value"] && summary.accepted == 4)
        #expect(histories.map(\.meter) == ["a", "b"] && histories.map(\.count) == [4, 2])
    }
}
