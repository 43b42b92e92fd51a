/// What one block of a channel's slots comes to.
struct BlockSummary: Sendable {
    /// Mean, deviation and extremes of its values.
    var stretch = StretchSummary()
    /// How many of its slots hold a value.
    var known = 0
    /// How far its values lie from what the calendar says, summed up: lane by lane as
    /// ``CalendarProfile/distances(from:at:)`` has them.
    var distances = SIMD8<Double>.zero
}
