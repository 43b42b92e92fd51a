internal import Readings
internal import Storage
internal import Verdicts

/// The labels and withdrawals of the journal that have not taken effect, in the order they were given.
///
/// Labels are taken out here, embedded by whoever took them (``LabelEmbedder``), and put into effect: in any
/// order, since of several for one window the one with the greatest number counts. So nobody who gives a
/// label waits for others' labels to be embedded.
///
/// 1. Labels count for the first look. Those whose meter's history cannot be read are kept back and tried
///    again; the others do not wait for them.
/// 2. Then those count for the second look too that are due for it. That is asked once step one has taken
///    effect: a reading that is pushed before is seen here, and one that is pushed later finds the label
///    itself. So no label is missed that matures meanwhile.
struct LabelLog: Sendable {
    private let journal: Journal?
    /// The number of the last label that was taken out.
    private(set) var position: Int64
    /// The generation's description, until it was asked which withdrawals it does not contain.
    private var manifest: Manifest?
    /// Labels whose history could not be read.
    private var unread: [NumberedLabel] = []
    /// Labels that count, and may count for the second look too.
    private var undecided: [NumberedLabel] = []

    /// Begins after the labels that a generation was built with.
    init(_ generation: Generation, _ journal: Journal?) {
        self.journal = journal
        position = generation.manifest.journal.labels
        manifest = generation.manifest
    }

    /// Takes out the labels that were kept back, and new ones.
    ///
    /// - Parameter limit: how many new ones at most.
    /// - Returns: the labels, and whether there may be more.
    /// - Throws: ``CatalogError`` if the journal cannot be read; the position then stays.
    mutating func take(limit: Int = .max) throws(CatalogError) -> (labels: [NumberedLabel], isMore: Bool) {
        guard let journal else { return ([], false) }
        if let manifest { unread += try journal.withdrawalsMissing(in: manifest) }
        manifest = nil
        let new = try journal.numberedLabels(after: position, limit: limit)
        position = max(position, new.end)
        defer { unread = [] }
        return (unread + new.labels, new.labels.count == limit)
    }

    /// Takes out the labels that may count for the second look too.
    ///
    /// - Parameter meters: only those of these meters; nil for all.
    mutating func takeUndecided(of meters: Set<Name>? = nil) -> [NumberedLabel] {
        let all = undecided
        undecided = meters.map { meters in all.filter { !meters.contains($0.meter) } } ?? []
        return meters.map { meters in all.filter { meters.contains($0.meter) } } ?? all
    }

    /// Keeps labels for the next time.
    mutating func keepBack(unread: [NumberedLabel] = [], undecided: [NumberedLabel] = []) {
        self.unread += unread
        self.undecided += undecided
    }

    /// Passes a label that its giver has put into effect, if it is the next one.
    mutating func pass(_ number: Int64) {
        if number == position + 1 { position = number }
    }
}
