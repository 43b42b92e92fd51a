internal import Catalog
internal import Readings

extension StoredLabel {
    /// A label as the catalog keeps it.
    init(_ label: Label, isFromPerson: Bool) {
        switch label {
        case .normal: self.init(isAnomalous: false, kind: nil, isFromPerson: isFromPerson)
        case .anomalous(let kind): self.init(isAnomalous: true, kind: kind, isFromPerson: isFromPerson)
        }
    }

    /// The label as the rest of the program knows it.
    var label: Label { isAnomalous ? .anomalous(kind: kind) : .normal }
}
