// The features of a channel. Each name stands next to the code that computes it; a layout's names, counts and
// values all come from these lists.

internal import Foundation

/// Features of one channel that are computed together.
struct FeatureGroup: Sendable {
    /// Writes the group's features, given a channel, its profile, and the judged slot.
    typealias Describe = @Sendable (ChannelWindow, ChannelProfile, JudgedSlot, inout FeatureRow) -> Void

    /// The names of the features, in the order in which they are written.
    let names: [String]
    private let describe: Describe

    init(_ names: [String], _ describe: @escaping Describe) {
        self.names = names
        self.describe = describe
    }

    /// Writes the features.
    func write(_ x: ChannelWindow, _ profile: ChannelProfile, _ slot: JudgedSlot, _ row: inout FeatureRow) {
        let end = row.next + names.count
        describe(x, profile, slot, &row)
        precondition(row.next == end, "a group must write as many features as it names: \(names)")
    }
}

/// The position of the judged slot in the day and the week, and what the clock did around it.
struct JudgedSlot {
    /// The time from one slot to the next, in milliseconds.
    let interval: Int64
    /// A day in slots, or ``FeatureLayout/slotsWithoutDay``.
    let day: Int
    /// The slots of the week around it; nil if the grid has no day.
    let week: WeekPosition?
    /// How many slots of the day that ends with it the clock skipped.
    let skipped: Int
    /// How many slots from it to the newest one the clock skipped.
    let skippedNext: Int
}

/// The slots of the week around the judged slot.
struct WeekPosition {
    /// The slot of the week of the judged slot.
    let slot: Int
    private let judged: Int64
    private let slotsPerDay: Int
    /// The cadence, if there are holidays: else the slots of the week follow each other.
    private let cadence: Cadence?

    /// - Parameter judged: the judged slot.
    init(_ judged: Int64, _ cadence: Cadence, slotsPerDay: Int) {
        self.judged = judged
        self.slotsPerDay = slotsPerDay
        self.cadence = cadence.holidays == nil ? nil : cadence
        slot = cadence.slotOfWeek(judged, slotsPerDay: slotsPerDay)
    }

    /// The slot of the week so many slots later, or earlier if negative.
    @inline(__always)
    subscript(offset: Int) -> Int {
        if let cadence { return cadence.slotOfWeek(judged + Int64(offset), slotsPerDay: slotsPerDay) }
        let week = 7 * slotsPerDay
        let position = (slot + offset) % week
        return position < 0 ? position + week : position
    }
}

/// Groups of features in order.
struct FeatureList: Sendable {
    private let groups: [FeatureGroup]
    /// The number of features.
    let count: Int

    private init(_ groups: [FeatureGroup]) {
        self.groups = groups
        count = groups.reduce(0) { $0 + $1.names.count }
    }

    /// The features' names.
    var names: [String] { groups.flatMap(\.names) }

    /// The position of a feature.
    func position(of name: String) -> Int? { names.firstIndex(of: name) }

    /// Writes all features.
    func write(_ x: ChannelWindow, _ profile: ChannelProfile, _ slot: JudgedSlot, _ row: inout FeatureRow) {
        for group in groups { group.write(x, profile, slot, &row) }
    }

    /// The features of the slots up to the judged one.
    static func past(hasCalendar: Bool) -> FeatureList {
        hasCalendar ? pastWithCalendar : pastWithoutCalendar
    }
    /// The features of the slots after the judged one, in reverse order.
    static func next(hasCalendar: Bool) -> FeatureList {
        hasCalendar ? nextWithCalendar : nextWithoutCalendar
    }

    private static let pastWithoutCalendar = FeatureList([.changes, .scales, .rarity])
    private static let pastWithCalendar = FeatureList([
        .changes, .scalesOfWeek, .rarity, .calendar, .ranks,
    ])
    private static let nextWithoutCalendar = FeatureList([.nextChanges, .nextScales, .nextRarity])
    private static let nextWithCalendar = FeatureList([
        .nextChanges, .nextScales, .nextRarity, .nextCalendar,
    ])
}

// MARK: Up to the judged reading

extension FeatureGroup {
    private static func names(_ prefix: String, _ slots: [Int], _ ends: String...) -> [String] {
        (slots.map(String.init) + ends).map { "\(prefix)-\($0)" }
    }

    fileprivate static let changes = FeatureGroup(
        names("change", FeatureLayout.changes)
    ) { x, profile, _, row in
        for lag in FeatureLayout.changes {
            row.append(compressed((x[0] - x[lag]) / profile.changeScale))
        }
    }

    fileprivate static let scales = FeatureGroup(
        names("mean", FeatureLayout.shortScales, "long") + names("spread", FeatureLayout.shortScales, "long")
    ) { x, _, slot, row in
        row.append(summariesOf: x, FeatureLayout.shortScales + [slot.day])
    }

    fileprivate static let scalesOfWeek = FeatureGroup(
        names("mean", FeatureLayout.shortScales, "day", "week")
            + names("spread", FeatureLayout.shortScales, "day", "week") + ["range-day-of-week"]
    ) { x, _, slot, row in
        let ranges = row.append(summariesOf: x, FeatureLayout.shortScales + [slot.day, 7 * slot.day])
        row.append(log((ranges.beforeLast + 0.05) / (ranges.last + 0.05)))
    }

    /// The name of the share of missing slots.
    static let missingShareName = "missing"

    fileprivate static let rarity = FeatureGroup(
        ["run", "quantile", "tail", "change-tail", missingShareName]
    ) { x, profile, slot, row in
        row.append(log1p(Double(x.run(limit: FeatureLayout.longestRun))))
        let rank = x[0].isFinite ? profile.quantiles.sortedRank(of: x[0]) : .nan
        row.append(2 * rank - 1)
        row.append(-log(2 * min(rank, 1 - rank) + 1e-4))
        row.append(changeTail(x, profile))
        row.append(x.missingShare(ofLast: slot.day, without: slot.skipped))
    }

    fileprivate static let calendar = FeatureGroup(
        [
            "calendar-residual", "calendar-deviation", "day-as-usual", "day-as-any", "day-as-other",
            "nearest-same-time", "nearest-same-times",
        ]
    ) { x, profile, slot, row in
        guard let calendar = profile.calendar, let week = slot.week else {
            return row.appendMissing(7)
        }
        let residual = x[0] - calendar.typical[week.slot]
        row.append(compressed(residual))
        row.append(compressed(residual / calendar.spread[week.slot % calendar.slotsPerDay]))
        row.append(likenessOf: x.likenessToDays(calendar, around: week))
        for slots in [1, FeatureLayout.slotsCompared] {
            let nearest = x.nearestAtSameTime(
                calendar,
                slotOfWeek: week.slot,
                slots: slots,
                days: FeatureLayout.daysBack
            )
            row.append(compressed(nearest))
        }
    }

    fileprivate static let ranks = FeatureGroup(["rank-week", "rank-day"]) { x, _, slot, row in
        row.append(x.rank(amongLast: 7 * slot.day))
        row.append(x.rank(amongLast: slot.day))
    }

    /// The rarity of a change as large as the newest one: the negative logarithm of the share of changes at
    /// least as large.
    private static func changeTail(_ x: ChannelWindow, _ profile: ChannelProfile) -> Double {
        let change = x.count > 1 ? abs(x[0] - x[1]) : .nan
        let share = change.isFinite ? profile.changeQuantiles.sortedShare(atLeast: change) : .nan
        return -log(share + 1e-4)
    }
}

// MARK: After the judged reading
//
// The same kinds of features on the slots in reverse order: index 0 is the judged slot, and later slots have
// higher indices. They describe how the value continued, how long it stayed, and which day of the week the
// following day resembles. If fewer slots follow than a feature needs, it is computed from those that follow,
// or unknown.

extension FeatureGroup {
    fileprivate static let nextChanges = FeatureGroup(
        names("next-change", FeatureLayout.changes)
    ) { y, profile, _, row in
        for lead in FeatureLayout.changes {
            row.append(lead < y.count ? compressed((y[0] - y[lead]) / profile.changeScale) : .nan)
        }
    }

    fileprivate static let nextScales = FeatureGroup(
        names("next-mean", FeatureLayout.shortScales, "all")
            + names("next-spread", FeatureLayout.shortScales, "all")
    ) { y, _, _, row in
        row.append(summariesOf: y, FeatureLayout.shortScales + [y.count])
    }

    fileprivate static let nextRarity = FeatureGroup(
        ["next-run", "next-change-tail", "next-missing"]
    ) { y, profile, slot, row in
        row.append(log1p(Double(y.run(limit: FeatureLayout.longestRun))))
        row.append(changeTail(y, profile))
        row.append(y.missingShare(ofLast: y.count, without: slot.skippedNext))
    }

    fileprivate static let nextCalendar = FeatureGroup(
        ["next-day-as-usual", "next-day-as-any", "next-day-as-other"]
            + names("next-deviation", FeatureLayout.nextDeviations)
    ) { y, profile, slot, row in
        guard let calendar = profile.calendar, let week = slot.week else {
            return row.appendMissing(3 + FeatureLayout.nextDeviations.count)
        }
        row.append(likenessOf: y.likenessToDays(calendar, around: week, towards: 1))
        for slots in FeatureLayout.nextDeviations {
            row.append(compressed(y.meanDeviation(from: calendar, around: week, slots: slots)))
        }
    }
}
