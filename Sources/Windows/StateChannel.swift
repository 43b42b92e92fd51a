internal import Foundation
public import Readings

/// A channel that belongs to a state, and its few features.
///
/// They say what holds in the judged slot and how long it has held, and nothing of the day and the week
/// before. With the features of a quantity, one rare word made the windows of a whole week strange, and hid
/// what else was strange there (`Benchmarks/states`).
///
/// A difference of 1 in them is a distance of 1: they are not scaled by how much they vary, since a rare word
/// hardly varies. As all features they are cut at six (``Standardisation``): a change that came once in 400
/// is as rare as any.
public struct StateChannel: Codable, Hashable, Sendable {
    /// The channel's number.
    public let number: Int
    /// The longest that the word held without a break in normal readings, from the first to the last, in
    /// milliseconds; nil for the channel of changes.
    public let longestStay: Int64?

    /// A channel of a state.
    public init(number: Int, longestStay: Int64?) {
        (self.number, self.longestStay) = (number, longestStay)
    }

    /// Whether it is the channel of one word, and not that of changes.
    public var isWord: Bool { longestStay != nil }

    /// How many features it has.
    var featureCount: Int { isWord ? 2 : 1 }
    /// The features' names.
    var names: [String] { isWord ? ["holds", "stays"] : ["rarity"] }

    /// What a word counts that holds.
    private static let weight = 2.0
    /// What a stay counts for each doubling of the longest one, and at most.
    private static let stayWeight = (doubling: 4.0, most: 6.0)

    /// Writes the features.
    func write(_ x: ChannelWindow, _ profile: ChannelProfile, _ slot: JudgedSlot, _ row: inout FeatureRow) {
        let value = profile.median + x[0] * profile.scale
        guard let longestStay else { return row.append(value) }
        row.append(Self.weight * value.rounded())
        let isHeld = value > 0.5
        row.append(value.isNaN ? .nan : isHeld ? Self.excess(of: x, slot, over: longestStay) : 0)
    }

    /// How much longer than ever a word has held. Stays of more than ``FeatureLayout/longestRun`` slots are
    /// not told from each other.
    private static func excess(of x: ChannelWindow, _ slot: JudgedSlot, over longest: Int64) -> Double {
        let stay = Double(x.run(limit: FeatureLayout.longestRun)) * Double(slot.interval)
        // A single reading is a stay of one interval.
        let doublings = log2((stay + Double(slot.interval)) / (Double(longest) + Double(slot.interval)))
        return min(max(stayWeight.doubling * doublings, 0), stayWeight.most)
    }
}

extension States {
    /// The channels that the states have, by their numbers.
    public var stateChannels: [StateChannel] {
        zip(channelNumbers, all.flatMap { $0.longestStays.map(Int64?.some) + [nil] })
            .map(StateChannel.init(number:longestStay:))
    }
}
