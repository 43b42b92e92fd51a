import Testing
import Text

@Suite struct NearestNameTests {
    @Test(
        arguments: [
            ("meter_readin", "meter_reading"), ("METER", "meter_reading"), ("timestmp", "timestamp"),
            ("zzz", nil), ("", nil), ("reading", "meter_reading"),
        ] as [(String, String?)]
    ) func findsTheNearestName(name: String, nearest: String?) {
        #expect(nearestName(to: name, among: ["building_id", "timestamp", "meter_reading"]) == nearest)
    }
}
