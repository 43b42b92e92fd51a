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
        case 1_700..<1_900:
            let kind: Name? = ["spike", "theft", "käse", nil].randomElement(using: &random) ?? nil
            self = .label(meter: meter, back: back, kind: kind)
        case 1_900..<1_950: self = .flush
        case 1_950..<1_975: self = .restart
        case 1_975..<1_993: self = .crash
        case 1_993..<1_996: self = .rollBack
        case 1_996: self = .rebuild
        default: self = .query(meter: meter, back: 0, value: .nan)
        }
    }
}
