extension Array {
    /// The elements in order, so many a part, the last part with what is left.
    func parts(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }

    /// At most so many elements, evenly spaced.
    func thinned(to limit: Int) -> [Element] {
        count <= limit ? self : (0..<limit).map { self[$0 * count / limit] }
    }
}

/// Transforms items on all cores, results in the items' order.
@concurrent
func concurrentMap<Item: Sendable, Result: Sendable>(
    _ items: [Item],
    _ transform: @escaping @Sendable (Item) throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        for (index, item) in items.enumerated() {
            group.addTask { (index, try transform(item)) }
        }
        var results = [Result?](repeating: nil, count: items.count)
        for try await (index, result) in group { results[index] = result }
        return results.compactMap(\.self)
    }
}
