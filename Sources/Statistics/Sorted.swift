// Binary search and quantiles of values in ascending order. They are in one place because the features, the
// calibration and the evaluation must use the same definition of a quantile.

extension RandomAccessCollection where Index == Int {
    /// The first index at which a condition holds; `endIndex` if it never holds.
    ///
    /// - Precondition: all elements that fulfil the condition come after those that do not.
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
    /// A quantile of ascending numbers, interpolated linearly (Hyndman and Fan 1996, definition 7); nil for
    /// an empty collection.
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
    /// At most `limit` evenly spaced elements, starting with the first.
    public func thinned(to limit: Int) -> [Element] {
        count <= limit ? self : (0..<limit).map { self[$0 * count / limit] }
    }

    /// The elements in order, divided into parts of `size`; the last part has the rest.
    public func parts(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
