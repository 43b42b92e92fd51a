internal import Readings
internal import Text

/// What the words of a column of labels were taken for, over all files of a build.
public struct LabelReading: Equatable, Sendable {
    /// A word of the column.
    public struct Taken: Equatable, Sendable {
        /// As it is in the cells.
        public let word: String
        /// How many cells hold it.
        public let count: Int
        /// What it was taken for.
        public let meaning: LabelWords.Meaning
    }

    /// How the words are read.
    public let words: LabelWords
    /// The words with what each was taken for, the commonest first. Of a column with many kinds, only the
    /// first ones.
    public let taken: [Taken]
    /// What is in doubt, as a sentence; nil if nothing is.
    public let warning: String?

    /// How many cells were taken for a meaning.
    public func count(_ meaning: LabelWords.Meaning) -> Int {
        taken.reduce(0) { $1.meaning == meaning ? $0 + $1.count : $0 }
    }

    /// Reads a column of labels.
    ///
    /// Where all cells would mean anomalous, and the words may also be read the other way (`1`, `true`,
    /// `-1`), they are: of anomalies alone nothing could be learnt.
    ///
    /// - Parameters:
    ///   - column: the cells that are not empty.
    ///   - empty: how many cells are: rows that nobody labelled, and that may be normal.
    ///   - name: the column's name: in one called `valid`, `is_normal` or the like, 1 and true mean
    ///   normal.
    package init(_ column: ColumnEvidence, empty: Int = 0, name: String) {
        let numbers = Self.numbers(column.values)
        let saysNormal = Self.saysNormal(name)
        let isSigned = numbers.contains(-1) && !numbers.contains(0)
        let usual = LabelWords(
            numbers: saysNormal ? .oneIsNormal : isSigned ? .plusAndMinusOne : .zeroAndOne,
            trueIsNormal: saysNormal
        )
        let usualTaken = Self.taken(column, usual)
        let other = LabelWords(
            numbers: usual.numbers == .zeroAndOne ? .oneIsNormal : .zeroAndOne,
            trueIsNormal: !usual.trueIsNormal
        )
        let otherTaken = Self.taken(column, other)
        let isTurned =
            column.missing == 0 && empty == 0 && usualTaken.allSatisfy { $0.meaning == .anomalous }
            && otherTaken.allSatisfy { $0.meaning == .normal || $0.meaning == .unlabelled }
        words = isTurned ? other : usual
        taken = isTurned ? otherTaken : usualTaken
        warning = Self.warning(taken, column, hasUnlabelled: column.missing + empty > 0, isTurned: isTurned)
    }

    private static func taken(_ column: ColumnEvidence, _ words: LabelWords) -> [Taken] {
        column.values.commonest.map { word, count in
            Taken(word: word, count: count, meaning: words.read(Array(word.utf8).span))
        }
    }

    private static func warning(
        _ taken: [Taken],
        _ column: ColumnEvidence,
        hasUnlabelled: Bool,
        isTurned: Bool
    ) -> String? {
        guard let first = taken.first, column.values.isComplete else { return nil }
        let meanings = Set(taken.map(\.meaning))
        if isTurned {
            let meaning = first.meaning == .normal ? "normal" : "unlabelled"
            return
                "all labels are `\(first.word)`, which was taken for \(meaning), since of anomalies alone nothing "
                + "can be learnt; if they mark anomalies, add normal readings"
        }
        if meanings == [.normal] {
            return "all labels mean normal, so no anomaly is known; "
                + "if they mark anomalies, write `anomalous` in their place"
        }
        let hasNormal = meanings.contains(.normal) || meanings.contains(.unlabelled) || hasUnlabelled
        return hasNormal
            ? nil
            : "all labels mean anomalous, so no reading is known to be normal; leave the cells of normal readings "
                + "empty, or write `normal` in them"
    }

    private static func saysNormal(_ name: String) -> Bool {
        let letters = Array(name.utf8).span.folded.filter(\.isLetter)
        let stem = letters.hasPrefix("is") ? String(letters.dropFirst(2)) : letters
        return ["normal", "valid", "ok", "okay", "good", "healthy", "inlier", "gultig", "valide", "valido"]
            .contains(stem)
    }

    /// The numbers among the values.
    private static func numbers(_ values: WordCounts) -> Set<Double> {
        Set(
            values.commonest.compactMap { word, _ in
                DecimalNumber.read(whole: Array(word.utf8).span, .pointOrComma)
            }
        )
    }
}
