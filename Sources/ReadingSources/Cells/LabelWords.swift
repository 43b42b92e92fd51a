// What the words of a column of labels mean. 1 is anomalous beside 0, and normal beside -1, as scikit-learn's
// detectors write it; a column of `valid` or `ok` says true of what is normal.

internal import Readings
internal import Text

/// How the words of a column of labels are read.
public struct LabelWords: Hashable, Sendable {
    /// What numbers mean.
    public enum Numbers: Hashable, Sendable {
        /// 0 is normal, 1 anomalous, -1 unlabelled, any other a kind.
        case zeroAndOne
        /// 1 is normal, -1 anomalous, 0 unlabelled (scikit-learn's outlier detectors).
        case plusAndMinusOne
        /// 1 is normal, 0 anomalous: the column says what is normal.
        case oneIsNormal
    }

    /// What one cell says.
    public enum Meaning: Hashable, Sendable {
        /// Nothing.
        case unlabelled
        /// Nothing was wrong.
        case normal
        /// Something was wrong.
        case anomalous
        /// Something was wrong, and the word is its kind.
        case kind
    }

    /// What numbers mean.
    public var numbers: Numbers
    /// Whether `true` and `yes` mean normal.
    public var trueIsNormal: Bool

    /// A way of reading labels; without arguments that of most files.
    public init(numbers: Numbers = .zeroAndOne, trueIsNormal: Bool = false) {
        (self.numbers, self.trueIsNormal) = (numbers, trueIsNormal)
    }

    /// What a cell without blanks around it says.
    public func read(_ cell: Span<UInt8>) -> Meaning {
        guard cell.count > 0 else { return .unlabelled }
        if let number = DecimalNumber.read(whole: cell, .pointOrComma) { return read(number) }
        if cell.count <= 16 {
            let word = cell.folded
            if let truth = Self.truth[word] { return truth == trueIsNormal ? .normal : .anomalous }
            if Self.normal.contains(word) { return .normal }
            if Self.anomalous.contains(word) { return .anomalous }
        }
        return MissingWords().contains(cell) ? .unlabelled : .kind
    }

    private func read(_ number: Double) -> Meaning {
        switch (number, numbers) {
        case (1, .zeroAndOne), (-1, .plusAndMinusOne), (0, .oneIsNormal): .anomalous
        case (0, .zeroAndOne), (1, .plusAndMinusOne), (1, .oneIsNormal): .normal
        case (-1, _), (0, .plusAndMinusOne): .unlabelled
        default: .kind
        }
    }

    /// Of the languages that stamps are read in.
    private static let truth: [String: Bool] = {
        let yes = "true t yes y ja j wahr oui o vrai si s vero verdadero waar on"
        let no = "false f no n nein falsch non faux falso nee onwaar off"
        return words(yes).reduce(into: [:]) { $0[$1] = true }
            .merging(words(no).map { ($0, false) }, uniquingKeysWith: { first, _ in first })
    }()

    private static let normal = Set(
        words(
            """
            normal ok okay good pass passed healthy fine nominal regular inlier benign in-order gut io i.o. i.o fehlerfrei \
            bon bonne normale normaux buono buona regolare bueno buena correcto goed normaal
            """
        )
    )

    private static let anomalous = Set(
        words(
            """
            anomaly anomalous abnormal bad fault faulty fail failed failure outlier error attack nok notok n.i.o. nio \
            anomalie anormal anormale anomal auffallig schlecht fehler fehlerhaft storung gestort \
            defaut mauvais mauvaise anomala anomalo anomalia guasto guasta cattivo malo mala fallo falla averia \
            storing slecht fout afwijking afwijkend
            """
        )
    )

    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init)
    }
}
