internal import Detection
internal import Readings
internal import Storage
internal import Verdicts

/// Reads the labels of the journal in the order they were given, each of them once, and embeds them.
///
/// 1. ``advance()`` gives the labels after the position that it has reached. They count from then on.
/// 2. ``secondLooks(_:)`` gives those that count for the second look too. It is asked after the labels of
///    step one are in effect: a reading that is pushed before that is seen here, and one that is pushed later
///    finds the label itself. So no label is missed that matures meanwhile.
///
/// A label whose meter's history cannot be read is kept back and tried again; the others do not wait for it.
struct LabelLog: Sendable {
    private let history: History
    private let journal: Journal?
    private let hasSecondLook: Bool
    /// Whether readings come through the journal, which no push announces: labels then go on waiting for
    /// their second look here.
    private let followsReadings: Bool
    /// The number of the last label that was read.
    private(set) var position: Int64
    /// Labels whose history could not be read.
    private var unread: [LabelEntry] = []
    /// Labels that may count for the second look too.
    private var undecided: [LabelEntry] = []

    /// Begins after the labels that a generation was built with.
    init(_ generation: Generation, _ journal: Journal?, followsReadings: Bool = false) {
        self.followsReadings = followsReadings
        history = History(generation: generation, journal: journal)
        self.journal = journal
        hasSecondLook = generation.secondLook != nil
        position = generation.manifest.journal.labels
    }

    /// The labels that were given since the last call, embedded, in the order they were given.
    ///
    /// - Returns: the labels, and why some others could not be embedded.
    /// - Throws: ``CatalogError`` if the journal cannot be read; the position then stays.
    mutating func advance() throws(CatalogError) -> (entries: [LabelOverlay.Entry], failure: CatalogError?) {
        var entries: [LabelOverlay.Entry] = []
        var failure: CatalogError?
        for label in try newLabels() {
            do throws(CatalogError) {
                guard let entry = try history.entry(for: label) else { continue }
                entries.append(entry)
                if hasSecondLook { undecided.append(label) }
            } catch {
                failure = error
                unread.append(label)
            }
        }
        return (entries, failure)
    }

    /// Labels kept back, then new ones; of several for one window the latest.
    private mutating func newLabels() throws(CatalogError) -> [LabelEntry] {
        var labels = unread
        if let end = try journal?.position(), end.labels > position {
            var start = JournalPosition.start
            start.labels = position
            labels += try journal?.labels(after: start, through: end) ?? []
            position = end.labels
        }
        unread = []
        return labels.latestOfEachWindow()
    }

    /// The labels that count for the second look too, as far as the readings tell.
    ///
    /// - Parameters:
    ///   - pending: the readings that are not in the journal yet.
    ///   - isFinal: whether the labels are in effect, so that readings pushed from now on find them.
    ///   - meters: those that have news; nil for all. The labels of others are passed over.
    /// - Returns: the labels, and why some others could not be embedded.
    mutating func secondLooks(
        _ pending: PendingReadings.Snapshot,
        isFinal: Bool = true,
        of meters: Set<Name>? = nil
    ) -> (entries: [LabelOverlay.Entry], failure: CatalogError?) {
        var entries: [LabelOverlay.Entry] = []
        var failure: CatalogError?
        var left: [LabelEntry] = []
        for label in undecided.latestOfEachWindow() {
            if let meters, !meters.contains(label.meter) {
                left.append(label)
                continue
            }
            do throws(CatalogError) {
                let waiting = pending.readings(of: label.meter)
                if let entry = try history.secondEntry(for: label, pending: waiting) {
                    entries.append(entry)
                } else if !isFinal || followsReadings {
                    left.append(label)
                }
            } catch {
                failure = error
                left.append(label)
            }
        }
        undecided = left
        return (entries, failure)
    }
}

extension [LabelEntry] {
    /// The labels without those of a window that was labelled again later.
    fileprivate func latestOfEachWindow() -> [LabelEntry] {
        var seen: Set<Window> = []
        let latest = reversed().filter { seen.insert(Window(meter: $0.meter, time: $0.time)).inserted }
        return latest.reversed()
    }
}

private struct Window: Hashable {
    let meter: Name
    let time: Timestamp
}
