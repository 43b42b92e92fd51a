internal import Readings

extension FileReadings {
    /// Warns of meters whose times are read on another clock than the one by which their hours and days are
    /// judged, and of offsets that no such clock has.
    ///
    /// - Parameters:
    ///   - clocks: those that times without an offset are read on, where the files name none.
    ///   - judging: those of the index; nil if there is none yet.
    mutating func warnOfClocks(_ clocks: MeterClocks, judging: MeterClocks?) {
        let read = clocks.overruled(by: zones)
        let isIndex = judging != nil
        let judging = judging ?? read
        let meters = histories.map(\.meter)
        let differing = meters.filter { read[$0] != judging[$0] }
        let named = differing.filter { zones[$0] != nil }
        let given = differing.filter { zones[$0] == nil }
        if let first = given.first {
            summary.warnings.append(
                "times without an offset are read by the clock of \(read[first].identifier), and the index judges hours and "
                    + "days of \(Self.some(given)) by that of \(judging[first].identifier): leave --timezone out if "
                    + "the times are by the index's clock; to judge by another one, build the index with it"
            )
        }
        if let first = named.first {
            summary.warnings.append(
                "the files name the zone \(read[first].identifier), and the index judges hours and days of "
                    + "\(Self.some(named)) by the clock of \(judging[first].identifier): build the index with files that "
                    + "name the zone, or correct it"
            )
        }
        warnOfOffsets(judgedBy: Set(meters.map { judging[$0] }), isIndex: isIndex)
    }

    /// Warns of offsets that none of the clocks has. Of UTC alone a build warns where hours and days count.
    private mutating func warnOfOffsets(judgedBy clocks: Set<LocalClock>, isIndex: Bool) {
        guard let evidence = summary.zoneEvidence, clocks != [.utc] || isIndex,
            let offset = evidence.offset(strangeTo: clocks)
        else { return }
        let names = clocks.map(\.identifier).sorted().joined(separator: ", ")
        let other = evidence.zone.map { ", such as \($0.identifier)" } ?? ""
        summary.warnings.append(
            "there are times with the offset \(offset), which the clock of \(names) does not have, and hours and days are "
                + "judged by that clock: build with the --timezone of the meters, if it is another\(other)"
        )
    }

    private static func some(_ meters: [Name]) -> String {
        meters.count == 1 ? "`\(meters[0])`" : "\(meters.count) meters, such as `\(meters[0])`,"
    }
}
