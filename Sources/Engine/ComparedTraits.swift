internal import Detection
internal import Readings
internal import Statistics
internal import Storage
internal import Verdicts
internal import Windows

/// What can be told of a window, beside the same of the normal windows nearest to it.
struct ComparedTraits {
    /// Those of the window.
    let own: WindowTraits
    /// Those of the normal windows.
    let known: [WindowTraits]

    /// The features that differ most, one of each sort and at most three, and that of most first.
    ///
    /// - Parameter unit: the channel's.
    func differences(unit: String) -> [Explanation.FeatureDifference] {
        var found: [(place: Int, usual: Double, distance: Double)] = []
        for place in own.traits.indices where own.values[place].isFinite {
            guard let usual = median(of: place, \.values), let scaled = median(of: place, \.scaled) else {
                continue
            }
            found.append((place, usual, abs(own.scaled[place] - scaled)))
        }
        var sorts: Set<String> = []
        let most = found.sorted { ($1.distance, $0.place) < ($0.distance, $1.place) }
            .filter { sorts.insert(own.traits[$0.place].sort).inserted }
        return most.prefix(3).map { place, usual, _ in
            Explanation.FeatureDifference(
                name: own.traits[place].name,
                words: own.traits[place].words,
                here: own.values[place],
                usual: usual,
                unit: own.traits[place].isCount ? "" : unit
            )
        }
    }

    /// For how many readings the channel has shown one value, if that is strange.
    ///
    /// - Parameter value: the channel's. Many meters rest at 0 now and then: of that value it is not said.
    /// - Returns: nil if the value is 0, or was shown in fewer readings than ``leastStuck``, or in fewer than
    ///   twice as many as in the median of the normal windows.
    func stuck(at value: Double) -> Int? {
        guard value.isFinite, value != 0, let place = own.traits.firstIndex(where: { $0.sort == "run" }),
            let usual = median(of: place, \.values), own.values[place].isFinite
        else { return nil }
        let readings = own.values[place] + 1
        return readings >= max(Self.leastStuck, 2 * (usual + 1)) ? Int(readings) : nil
    }

    /// In how many readings a value was shown before it is stuck, at least.
    private static let leastStuck = 6.0

    private func median(of place: Int, _ figures: KeyPath<WindowTraits, [Double]>) -> Double? {
        let name = own.traits[place].name
        return known.filter { $0.traits.indices.contains(place) && $0.traits[place].name == name }
            .map { $0[keyPath: figures][place] }.filter(\.isFinite).sorted().sortedQuantile(0.5)
    }
}

extension Generation {
    /// What can be told of a known normal window, from the values of the rows before it in the bank.
    ///
    /// - Returns: nil if the generation keeps no values.
    func traits(ofRow row: Int, _ channel: Int) -> WindowTraits? {
        let windows = classifier.normal.windows
        let window = windows[row]
        guard let knownValues, let profile = profiles[window.meter] else { return nil }
        let cadence = profile.cadence
        let newest = cadence.slot(of: Timestamp(milliseconds: window.time))
        var slots = [Double](repeating: .nan, count: WindowTraits.knownSlots(profile))
        var before = row
        while before >= 0, windows[before].meter == window.meter {
            let back = newest - cadence.slot(of: Timestamp(milliseconds: windows[before].time))
            guard back < Int64(slots.count) else { break }
            // Of two readings in one slot, the later one counts.
            if back >= 0, slots[Int(back)].isNaN { slots[Int(back)] = knownValues.value(before, channel) }
            before -= 1
        }
        return WindowTraits(
            slots: slots,
            of: channel,
            in: layout,
            profile,
            at: Timestamp(milliseconds: window.time)
        )
    }
}
