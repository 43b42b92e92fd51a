internal import Catalog
internal import Readings

extension StoredLabel {
    /// A label as the catalog keeps it.
    init(_ label: Label, isFromPerson: Bool) {
        self.init(isAnomalous: label.isAnomalous, kind: label.kind, isFromPerson: isFromPerson)
    }

    /// The label as the rest of the program knows it.
    var label: Label { isAnomalous ? .anomalous(kind: kind) : .normal }
}
