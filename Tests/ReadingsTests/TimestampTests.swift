import Readings
import Testing

@Suite struct TimestampTests {
    @Test func describesItself() {
        #expect(Timestamp("2016-09-20 10:00")?.description == "2016-09-20T10:00:00Z")
    }
}
