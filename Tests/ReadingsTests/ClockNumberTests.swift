import Readings
import Testing

@Suite("Numbers of times of day")
struct ClockNumberTests {
    @Test(
        "The first whole number of a cell counts; more than six digits are none",
        arguments: [
            ("7", 7), ("HE 07", 7), ("07 - 08", 7), ("7 Uhr", 7), ("86399", 86_399), ("234500", 234_500),
            ("1234567", nil),
            ("999999999999999999999999", nil), ("-1", nil), ("7.5", nil), ("07:30", nil), ("", nil),
            ("h", nil),
        ] as [(String, Int64?)]
    )
    func number(cell: String, expected: Int64?) {
        #expect(Array(cell.utf8).span.dayNumber == expected)
    }
}
