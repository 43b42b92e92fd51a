internal import Foundation

extension WindowFeatures {
    /// What came after the judged reading.
    ///
    /// The same kinds of features as of what came before it, on the stretch read backwards: to what the value went
    /// on, whether it stayed there, and whether the day that followed looks like itself. Where fewer slots follow
    /// than a feature asks for it is made of those there are, or not known.
    ///
    /// - Parameters:
    ///   - y: the stretch with the judged reading at index 0 and what came so many slots after it at that index.
    ///   - slotOfWeek: the judged reading's.
    func describeFollowing(
        _ y: ChannelWindow,
        _ profile: ChannelProfile,
        _ slotOfWeek: Int?,
        _ row: inout FeatureRow
    ) {
        for lead in FeatureLayout.changes {
            row.append(lead < y.count ? compressed((y[0] - y[lead]) / profile.changeScale) : .nan)
        }
        let scales = FeatureLayout.shortScales + [y.count]
        y.summarise(scales) { index, summary in
            row[index] = compressed(summary.mean)
            row[scales.count + index] = log(summary.deviation + 0.01)
        }
        row.skip(2 * scales.count)
        row.append(log1p(Double(y.run(limit: FeatureLayout.longestRun))))
        let change = y.count > 1 ? abs(y[0] - y[1]) : .nan
        let share = change.isFinite ? profile.changeQuantiles.sortedShare(atLeast: change) : .nan
        row.append(-log(share + 1e-4))
        row.append(y.missingShare(ofLast: y.count))
        guard layout.hasCalendar else { return }
        guard let calendar = profile.calendar, let slotOfWeek else {
            for _ in 0..<FeatureLayout.followingCalendarNames.count { row.append(.nan) }
            return
        }
        let (own, best) = y.likenessToDays(calendar, slotOfWeek: slotOfWeek, towards: 1)
        row.append(log(own + 0.05))
        row.append(log(best + 0.05))
        row.append(log((own + 0.05) / (best + 0.05)))
        for slots in FeatureLayout.followingResiduals {
            row.append(compressed(y.meanDeviation(from: calendar, slotOfWeek: slotOfWeek, slots: slots)))
        }
    }
}

extension ChannelWindow {
    /// How far the next slots lie from what is usual for them, in spreads: the mean with its sign; NaN where none
    /// holds a value.
    fileprivate func meanDeviation(from calendar: CalendarProfile, slotOfWeek: Int, slots: Int) -> Double {
        let week = calendar.usual.count
        var sum = 0.0
        var known = 0.0
        for ahead in 1..<max(min(slots + 1, count), 1) where self[ahead].isFinite {
            let slot = (slotOfWeek + ahead) % week
            sum += (self[ahead] - calendar.usual[slot]) / calendar.spread[slot % calendar.slotsPerDay]
            known += 1
        }
        return sum / known
    }
}
