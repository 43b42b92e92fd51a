/// A channel's calendar by the slots of its meter's grid.
struct SlotCalendar {
    let calendar: CalendarProfile
    let cadence: Cadence

    /// How far a value lies from what is usual for its slot; see ``CalendarProfile/distances(from:at:)``.
    func distances(from value: Double, at slot: Int64) -> SIMD8<Double> {
        calendar.distances(
            from: value,
            at: cadence.slotOfWeek(slot, slotsPerDay: calendar.slotsPerDay)
        )
    }
}
