import Readings
import Statistics
import TestSupport
import Testing
import Windows

@Suite("Features of states")
struct StateChannelTests {
    private static let hour: Int64 = 3_600_000
    private static let words = [
        StateChannel(number: 1, longestStay: 3 * hour), StateChannel(number: 2, longestStay: nil),
    ]

    /// A load, whether the word holds, and how rare its change is, by the hour.
    private static func history(_ holds: [Double]) -> MeterHistory {
        var random = SplitMix64(seed: 5)
        var history = MeterHistory(meter: "m", channelCount: 3)
        for (slot, word) in holds.enumerated() {
            let change = slot > 0 && holds[slot - 1] != word ? 4.0 : 0
            let load = Double(slot % 24) + Double(random.index(100)) / 100
            history.append(time: Timestamp(milliseconds: Int64(slot) * hour), values: [load, word, change])
        }
        return history
    }

    /// The features of the last reading's window, by name.
    private static func features(_ history: MeterHistory, _ states: [StateChannel]) throws -> [String: Float]
    {
        let profile = try #require(MeterStream.profile(of: history))
        let layout = FeatureLayout(
            channelCount: 3,
            hasCalendar: profile.hasCalendar,
            fillsGaps: true,
            stateChannels: states
        )
        var window = MeterWindow(profile: profile, layout: layout)
        for index in 0..<history.count { window.append(history.row(index), at: history.times[index]) }
        let names = layout.names(channels: ["kw", "on", "change"])
        let row = WindowFeatures(layout).array(window)
        #expect(names.count == row.count && layout.featureCount == row.count)
        return Dictionary(uniqueKeysWithValues: zip(names, row))
    }

    @Test("A word says whether it holds, and whether it holds longer than ever")
    func words() throws {
        for (stay, excess) in [(0, 0), (1, 0), (4, 0), (8, 4), (16, 6), (200, 6)] as [(Int, Float)] {
            let holds = (0..<700).map { $0 >= 700 - stay ? 1.0 : 0 }
            let features = try Self.features(Self.history(holds), Self.words)
            #expect(features["on/holds"] == (stay > 0 ? 2 : 0))
            #expect(features["on/stays"] == excess, "\(stay)")
            #expect(features["change/rarity"] == (stay == 1 ? 4 : 0))
            #expect(features.keys.filter { $0.hasPrefix("on/") || $0.hasPrefix("change/") }.count == 3)
        }
        let missing = try Self.features(Self.history((0..<700).map { $0 == 699 ? .nan : 0 }), Self.words)
        #expect(missing["on/holds"]?.isNaN == true && missing["on/stays"]?.isNaN == true)
    }

    @Test("The features of a quantity do not depend on the states beside it, wherever they are")
    func quantities() throws {
        let history = Self.history((0..<700).map { $0 % 90 == 0 ? 1 : 0 })
        let with = try Self.features(history, Self.words).filter { $0.key.hasPrefix("kw/") }
        let without = try Self.features(history, []).filter { $0.key.hasPrefix("kw/") }
        #expect(with.count > 20 && with.mapValues(\.bitPattern) == without.mapValues(\.bitPattern))
        let first = FeatureLayout(
            channelCount: 3,
            hasCalendar: true,
            stateChannels: [StateChannel(number: 0, longestStay: 0)]
        )
        #expect(first.features(ofChannel: 0) == 0..<2 && first.features(ofChannel: 1).lowerBound == 2)
        #expect(first.missingShares.count == 2)
        #expect(
            first.missingShares.allSatisfy {
                first.names(channels: ["a", "b", "c"])[$0].hasSuffix("/missing")
            }
        )
    }
}
