/// Whether the midnights of a file are those that end their dates.
///
/// Where the time is that of an interval's end, some programs write the last one of a day with the date of
/// this day, and 00:00 for 24:00: each date goes up to 23:45 and then back to 00:00, before the next date
/// begins. The order of the rows tells it.
struct MidnightEvidence: Sendable {
    private var day: Int64?
    private var clock: Int64 = 0
    /// The rows of this date so far, each later than the one before.
    private var rising = 0
    /// Whether the last row was a midnight behind the rows of its date.
    private var isBehind = false
    /// Midnights behind the rows of their date; before other rows of it; and behind rows in another order.
    private var behind = 0
    private var before = 0
    private var odd = 0
    /// The most rows of a date before its midnight.
    private var longest = 0

    /// Takes a row.
    ///
    /// - Parameters:
    ///   - day: equal for rows of one date, different for others.
    ///   - clock: the time of day; only the order counts, and 0 is midnight.
    mutating func note(day: Int64, clock: Int64) {
        guard day == self.day else {
            (self.day, self.clock) = (day, clock)
            (rising, isBehind) = (clock == 0 ? 0 : 1, false)
            return
        }
        guard clock != self.clock else { return }
        if self.clock == 0 {
            // The date goes on behind its midnight.
            before += 1
            if isBehind { behind -= 1 }
            (rising, isBehind) = (1, false)
        } else if clock == 0 {
            // Two rows may stand in a file with the newest first.
            isBehind = rising >= 3
            if isBehind { behind += 1 } else { odd += 1 }
            longest = max(longest, rising)
        } else if clock > self.clock {
            rising += 1
        } else if self.clock - clock > 3_600_000 {
            // More than a clock that is set back.
            rising = 0
        }
        self.clock = clock
    }

    /// Whether 00:00 is the end of its date: it comes behind the other rows of it, again and again, or behind
    /// those of a whole day, and never before them.
    var endsDays: Bool { before == 0 && odd * 4 <= behind && (behind > 1 || (behind == 1 && longest >= 20)) }

    /// Takes the evidence of other rows into account.
    mutating func merge(_ other: MidnightEvidence) {
        behind += other.behind
        before += other.before
        odd += other.odd
        longest = max(longest, other.longest)
        (day, clock, rising, isBehind) = (other.day, other.clock, other.rising, other.isBehind)
    }
}
