internal import Text

/// Words with how often each occurred. Once there are many different ones, further ones are only counted
/// together.
package struct WordCounts: Sendable {
    private let bound: Int
    private var table = NameTable()
    private var counts: [Int] = []

    /// How many words were given whose own count is not kept.
    package private(set) var others = 0

    /// - Parameter bound: how many different words are kept.
    package init(bound: Int) {
        self.bound = bound
    }

    /// How many different words are kept.
    package var distinct: Int { counts.count }
    /// Whether every word given is one that is kept.
    package var isComplete: Bool { others == 0 }
    /// How many words were given.
    package var total: Int { counts.reduce(others, +) }

    /// Counts a word.
    ///
    /// - Returns: its number, in the order in which words first occur; nil if its own count is not kept.
    @discardableResult
    package mutating func note(_ word: Span<UInt8>, times: Int = 1) -> Int? {
        if let number = table.number(of: word) {
            counts[number] += times
            return number
        }
        guard counts.count < bound else {
            others += times
            return nil
        }
        table.add(word)
        counts.append(times)
        return counts.count - 1
    }

    /// Adds the counts of another file.
    package mutating func merge(_ other: WordCounts) {
        for number in other.counts.indices {
            note(Array(other.table.name(number)).span, times: other.counts[number])
        }
        others += other.others
    }

    /// The words that are kept, the commonest first, equally common ones in the order of their bytes.
    package var commonest: [(word: String, count: Int)] {
        counts.indices.map { (word: String(decoding: table.name($0), as: UTF8.self), count: counts[$0]) }
            .sorted { ($1.count, $0.word) < ($0.count, $1.word) }
    }
}
