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
    package mutating func note(_ word: Span<UInt8>, times: Int = 1) {
        if let number = table.number(of: word) {
            counts[number] += times
        } else if counts.count < bound {
            table.add(word)
            counts.append(times)
        } else {
            others += times
        }
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
