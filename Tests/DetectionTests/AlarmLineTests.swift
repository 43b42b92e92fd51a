import Detection
import Testing

@Suite struct AlarmLineTests {
    @Test(arguments: [
        ("0.01", AlarmLineSetting.rate(0.01)), ("1%", .rate(0.01)), ("50%", .rate(0.5)), ("p75", .rate(0.25)),
        ("1/week", .perWeek(1)), ("2/day", .perWeek(14)), ("0.5/week", .perWeek(0.5)),
        ("3/month", .perWeek(0.7)),
        ("365/year", .perWeek(7)), ("score=1.2", .score(1.2)), ("score=0.5", .score(0.5)),
    ])
    func wordsAreUnderstood(words: String, line: AlarmLineSetting) {
        #expect(AlarmLineSetting(words) == line)
    }

    @Test(arguments: [
        "", "0", "1", "2", "-0.1", "100%", "0%", "nan", "nan%", "inf", "1/", "/week", "1/fortnight", "0/week",
        "-1/week", "1/week/day", "nan/day", "p", "p0", "p100", "p101", "p-3", "score=", "score=0", "score=-1",
        "score=inf", "score=nan", "1 %", "often", "99p",
    ])
    func nonsenseIsNot(words: String) {
        #expect(AlarmLineSetting(words) == nil)
    }
}
