import Readings
import Statistics

/// One step of a model test. Its reading is given relative to those that the index holds by then, so that any
/// steps may be left out and the others still make sense.
enum ModelStep: Sendable {
    /// A reading some slots after the meter's last one; or, if negative, at or before an earlier one.
    case push(meter: Int, ahead: Int, value: Double)
    /// A question about a reading some readings back, or about the next one.
    case query(meter: Int, back: Int, value: Double)
    /// A label of a reading some readings back; nil means normal.
    case label(meter: Int, back: Int, kind: Name?)
    /// A label of so many readings, the last of them some readings back.
    case labelRange(meter: Int, back: Int, count: Int, kind: Name?)
    /// Taking back one of the labels that count.
    case unlabel(Int)
    case flush, restart, crash, rebuild, rollBack

    init(_ random: inout SplitMix64) {
        let meter = Int.random(in: 0..<ModelIndex.meterCount, using: &random)
        let value = (Double.random(in: 0...20, using: &random) * 1_000).rounded() / 1_000
        let back = Int.random(in: -1...60, using: &random)
        switch Int.random(in: 0..<2_000, using: &random) {
        case 0..<900: self = .query(meter: meter, back: back, value: value)
        case 900..<1_700:
            let isOdd = Int.random(in: 0..<5, using: &random) == 0
            let ahead = isOdd ? Int.random(in: -5...5, using: &random) : 1
            self = .push(meter: meter, ahead: ahead, value: value)
        case 1_700..<1_850:
            let kind: Name? = ["spike", "theft", "käse", nil].randomElement(using: &random) ?? nil
            let count = Int.random(in: -3...9, using: &random)
            self =
                count < 2
                ? .label(meter: meter, back: back, kind: kind)
                : .labelRange(meter: meter, back: back, count: count, kind: kind)
        case 1_850..<1_900: self = .unlabel(Int.random(in: 0..<1_000, using: &random))
        case 1_900..<1_950: self = .flush
        case 1_950..<1_975: self = .restart
        case 1_975..<1_993: self = .crash
        case 1_993..<1_996: self = .rollBack
        case 1_996: self = .rebuild
        default: self = .query(meter: meter, back: 0, value: .nan)
        }
    }
}
