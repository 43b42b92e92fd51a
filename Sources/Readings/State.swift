internal import Glibc

/// A column of few words, such as the mode of a UPS: `online`, `battery`, `bypass`.
///
/// A reading of it is one of the words. Windows see it as one channel a word, which is 1 while it holds and 0
/// otherwise, and as one more, which is how rare the change from the reading before is.
public struct State: Codable, Equatable, Sendable {
    /// The column's name.
    public let name: Name
    /// The words, in the order of their bytes.
    public let words: [Name]
    /// Its place among the columns of a reading, from 0.
    public let column: Int
    /// How often each word was followed by each, in all meters: `words.count + 1` numbers for each word, and
    /// again for any other word, which comes last in both directions.
    public private(set) var transitions: [Int]
    /// The longest that each word held in normal readings of a meter, from its first reading to its last, in
    /// milliseconds.
    public private(set) var longestStays: [Int64]

    /// The most words that a state has.
    public static let mostWords = 16
    /// The word for all that are not among ``words``.
    public static let other: Name = "other"

    /// A state of which no change is known.
    ///
    /// - Precondition: there are 1 to ``mostWords`` different words.
    public init(name: Name, words: [Name], column: Int) {
        precondition(
            (1...Self.mostWords).contains(words.count) && Set(words).count == words.count,
            "a state has 1 to \(Self.mostWords) different words"
        )
        self.name = name
        self.words = words.sorted()
        self.column = column
        transitions = Array(repeating: 0, count: (words.count + 1) * (words.count + 1))
        longestStays = Array(repeating: 0, count: words.count)
    }

    /// The state at another place among the columns, or of another name.
    public func moved(to column: Int, name: Name? = nil) -> State {
        State(name: name ?? self.name, words: words, column: column)
    }

    /// How many channels it takes.
    public var channelCount: Int { words.count + 1 }

    /// The names of its channels: `mode=battery` for each word, then `mode/change`.
    public var channels: [Name] { words.map { "\(name)=\($0)" } + ["\(name)/change"] }

    /// The code of any word that is none of ``words``.
    public var otherCode: Int { words.count }

    /// The word of a code.
    public func word(_ code: Int) -> Name { code < words.count ? words[code] : Self.other }

    /// The code of a word: its number among ``words``. Written in another case it is the same word, unless
    /// two of the words are; ``otherCode`` for any other.
    public func code(of word: Name) -> Int {
        if let code = words.firstIndex(of: word) { return code }
        let folded = Self.folded(word)
        let alike = words.indices.filter { Self.folded(words[$0]) == folded }
        return alike.count == 1 ? alike[0] : otherCode
    }

    /// A word regardless of case.
    public static func folded(_ word: Name) -> Name { Name(word.text.lowercased()) }

    /// The code that a value of the column is; nil for a missing value. Anything that is no code is any other
    /// word.
    func code(of value: Double) -> Int? {
        if value.isNaN { return nil }
        return Int(exactly: value).map { (0..<words.count).contains($0) ? $0 : otherCode } ?? otherCode
    }

    /// How often one word was followed by another, and by any word.
    public func count(from: Int, to: Int) -> (times: Int, of: Int) {
        let row = transitions[from * channelCount..<(from + 1) * channelCount]
        return (row[row.startIndex + to], row.reduce(0, +))
    }

    /// Forgets all changes and stays.
    mutating func forget() { self = moved(to: column) }

    /// Notes that one word was followed by another.
    mutating func note(from: Int, to: Int) { transitions[from * channelCount + to] += 1 }

    /// Notes how long each word held in a meter's normal readings.
    ///
    /// - Parameter codes: the word of each reading; nil where it is missing.
    mutating func note(staysOf codes: [Int?], in history: MeterHistory) {
        var start = 0
        let longest = 7 * Self.usualStep(history)
        for reading in codes.indices {
            guard let code = codes[reading], code < words.count, history.isNormal(at: reading) else {
                continue
            }
            let goesOn =
                reading > 0 && codes[reading - 1] == code && history.isNormal(at: reading - 1)
                && history.times[reading].milliseconds - history.times[reading - 1].milliseconds <= longest
            if !goesOn { start = reading }
            let stay = history.times[reading].milliseconds - history.times[start].milliseconds
            longestStays[code] = max(longestStays[code], stay)
        }
    }

    /// The median of the first steps of a history: a pause of more than six readings ends a stay.
    private static func usualStep(_ history: MeterHistory) -> Int64 {
        let times = history.times.prefix(1_000)
        let steps = zip(times.dropFirst(), times).map { $0.milliseconds - $1.milliseconds }.sorted()
        return steps.isEmpty ? 0 : steps[steps.count / 2]
    }

    /// The most that a change is rare.
    private static let rarest = 12.0

    /// How rare it is that one word is followed by another: minus the natural logarithm of the share that
    /// did, from 0 for no change to 12. One that was never seen counts as half of one.
    func rarity(from: Int, to: Int) -> Double {
        guard from != to else { return 0 }
        let (times, all) = count(from: from, to: to)
        return min(-log((Double(times) + 0.5) / (Double(all) + 1)), Self.rarest)
    }
}
