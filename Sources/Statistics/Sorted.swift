// Binary search and what follows from it, for values that are already in ascending order. One place for all
// of them: the windows' features, the calibration and the evaluation must agree on what a quantile is.

extension RandomAccessCollection where Index == Int {
    /// The first index at which a condition holds that holds from some index on; `endIndex` where it never
    /// does.
    ///
    /// - Precondition: the elements that fulfil the condition all come after those that do not.
    @inlinable
    public func partitionPoint(where condition: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension RandomAccessCollection<Double> where Index == Int {
    /// The quantile of ascending numbers, linear between neighbours (Hyndman and Fan 1996, definition 7); nil
    /// for an empty collection.
    ///
    /// - Parameter fraction: 0 for the least, 1 for the greatest.
    @inlinable
    public func sortedQuantile(_ fraction: Double) -> Double? {
        guard let last else { return nil }
        let position = fraction * Double(count - 1)
        let lower = Int(position)
        guard lower + 1 < count else { return last }
        let start = self[startIndex + lower]
        return start + (position - Double(lower)) * (self[startIndex + lower + 1] - start)
    }
}

extension Array {
    /// At most `limit` elements, evenly spaced, the first among them.
    public func thinned(to limit: Int) -> [Element] {
        count <= limit ? self : (0..<limit).map { self[$0 * count / limit] }
    }

    /// The elements in order, cut into parts of `size`; the last part holds the rest.
    public func parts(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
