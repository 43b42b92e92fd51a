/// A normal distribution's deviation over its median absolute deviation.
let deviationOfMedian = 1.4826

extension Array where Element == Double {
    /// The quantile of ascending values, linear between neighbours; 0 where there are none.
    func sortedQuantile(_ fraction: Double) -> Double {
        guard count > 1 else { return first ?? 0 }
        let position = fraction * Double(count - 1)
        let lower = Int(position)
        guard lower + 1 < count else { return self[count - 1] }
        return self[lower] + (position - Double(lower)) * (self[lower + 1] - self[lower])
    }

    /// The value in the middle; nil where there is none.
    func median() -> Double? {
        isEmpty ? nil : sorted().sortedQuantile(0.5)
    }

    /// A deviation of ascending values that a few wild ones do not move: by the middle half, or by the middle
    /// nine tenths where more than half of the values are equal. Falls back to the ordinary deviation, then
    /// to 1 for a constant.
    func sortedRobustScale() -> Double {
        guard count >= 2 else { return 1 }
        let middle = (sortedQuantile(0.75) - sortedQuantile(0.25)) / 1.349
        let wide = 0.5 * (sortedQuantile(0.95) - sortedQuantile(0.05)) / 3.29
        let robust = Swift.max(middle, wide)
        if robust > 0 { return robust }
        // Of equal values the mean may differ by a rounding error, which must not pass for a deviation.
        guard self[0] < self[count - 1] else { return 1 }
        let mean = reduce(0, +) / Double(count)
        let deviation = (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
        return deviation > 0 ? deviation : 1
    }

    /// At most `limit` evenly spaced values of ascending ones, the ends included.
    func sortedThinned(to limit: Int) -> [Double] {
        guard count > limit else { return self }
        return (0..<limit).map { self[$0 * (count - 1) / (limit - 1)] }
    }

    /// Where a value stands among ascending ones: 0 below all … 1 above all, never quite either.
    func sortedRank(of value: Double) -> Double {
        let below = partitioningIndex { $0 >= value }
        let upTo = partitioningIndex { $0 > value }
        return (Double(below + upTo) / 2 + 0.5) / Double(count + 1)
    }

    /// The share of ascending values that are at least so large; never quite 0 or 1.
    func sortedShare(atLeast value: Double) -> Double {
        (Double(count - partitioningIndex { $0 >= value }) + 0.5) / Double(count + 1)
    }

    /// The first index whose element fulfils a condition that holds from some point on.
    private func partitioningIndex(where belongsToSecond: (Double) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if belongsToSecond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
