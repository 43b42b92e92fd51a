// Labels as small numbers while the rows come in: 0 unlabelled, 1 normal, 2 anomalous without a kind, from 3 on
// anomalous with one. A `Label?` per row would hold and count a reference to a String.

/// Turns what stands in the label and kind columns into numbers, and these into labels.
struct LabelTable {
    static let none: Int32 = 0
    private static let normal: Int32 = 1
    private static let anomalous: Int32 = 2
    private static let firstKind: Int32 = 3

    private var kinds = NameTable()
    private var labels: [Label?] = [nil, .normal, .anomalous(kind: nil)]

    /// The label of a number.
    func label(_ code: Int32) -> Label? { labels[Int(code)] }

    /// The number for a row's label and kind, given without blanks around them.
    mutating func code(label: Span<UInt8>, kind: Span<UInt8>?) -> Int32 {
        let code = Self.word(label)
        if let code, code < Self.anomalous { return code }
        if let kind, !NumberField.isMissing(kind) { return self.code(kind: kind) }
        return code ?? self.code(kind: label)
    }

    private mutating func code(kind: Span<UInt8>) -> Int32 {
        if let number = kinds.number(of: kind) { return Self.firstKind + Int32(number) }
        kinds.add(kind)
        labels.append(.anomalous(kind: kind.text))
        return Self.firstKind + Int32(kinds.count - 1)
    }

    /// The number for a word that says yes, no or nothing; nil for any other text, which is a kind.
    private static func word(_ text: Span<UInt8>) -> Int32? {
        if text.count == 1 {
            if text[0] == Byte.zero { return normal }
            if text[0] == Byte.zero + 1 { return anomalous }
        }
        if NumberField.isMissing(text) { return none }
        if case .number(let number) = NumberField(text, decimalComma: false) {
            return number == 0 ? normal : number == 1 ? anomalous : nil
        }
        if text.equals("false") || text.equals("normal") || text.equals("ok") || text.equals("no") {
            return normal
        }
        let isAnomalous =
            text.equals("true") || text.equals("anomaly") || text.equals("anomalous") || text.equals("yes")
        return isAnomalous ? anomalous : nil
    }
}
