/// Transforms items on all cores. The results are in the order of the items.
///
/// - Throws: the first error of a transformation.
@concurrent
public func concurrentMap<Item: Sendable, Result: Sendable>(
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
