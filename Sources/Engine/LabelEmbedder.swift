internal import Detection
internal import Encoder
internal import Readings
internal import Storage
internal import Verdicts

/// Embeds the windows of labels. What the disk has is taken from there, and the rest is kept there.
struct LabelEmbedder: Sendable {
    private let history: History
    private let cache: EmbeddingCache?
    /// What was found on the disk.
    private var known: EmbeddingCache.Contents = [:]

    /// What became of labels.
    struct Outcome: Sendable {
        /// Those that count, embedded, and the same as they were given.
        fileprivate(set) var entries: [LabelOverlay.Entry] = []
        fileprivate(set) var embedded: [NumberedLabel] = []
        /// Those whose window is not known yet.
        fileprivate(set) var waiting: [NumberedLabel] = []
        /// Those whose meter's history could not be read, and why.
        fileprivate(set) var unread: [NumberedLabel] = []
        fileprivate(set) var failure: CatalogError?
        /// What may be kept on the disk once the readings that wait are in the journal.
        fileprivate(set) var unsaved: EmbeddingCache.Contents = [:]
    }

    /// Embeds for a generation.
    init(_ history: History, _ cache: EmbeddingCache?) {
        self.history = history
        self.cache = cache
    }

    /// Reads what the disk has, unless this processor or this version computes other bits.
    ///
    /// - Parameter labels: of those, a few are embedded anew and compared.
    mutating func load(comparing labels: [NumberedLabel]) throws(CatalogError) {
        guard let cache else { return }
        known = try cache.contents()
        for isSecond in [false, true] {
            let held = labels.filter { known[$0.window(isSecond: isSecond)] != nil }
            for number in Set((0..<Self.compared).map { $0 * (held.count - 1) / (Self.compared - 1) })
            where held.indices.contains(number) {
                let label = held[number]
                guard try !isSame(label, isSecond: isSecond) else { continue }
                known = [:]
                cache.discard()
                return
            }
        }
    }

    /// How many embeddings of each look are compared: the first, the last and some between.
    private static let compared = 3

    private func isSame(_ label: NumberedLabel, isSecond: Bool) throws(CatalogError) -> Bool {
        let window = label.window(isSecond: isSecond)
        let anew = try windows(of: window.meter, at: [window.time], isSecond, pending: [])
        return zip(anew, [known[window] ?? .unknown]).allSatisfy { $0.isSame(as: $1) }
    }

    /// The labels as they count for a look.
    ///
    /// - Parameters:
    ///   - labels: of several for one window the one with the greatest number counts.
    ///   - isSecond: whether the second look is meant.
    ///   - pending: the readings that are not in the journal yet.
    func embed(
        _ labels: [NumberedLabel],
        isSecond: Bool = false,
        pending: PendingReadings.Snapshot = .empty
    ) -> Outcome {
        var outcome = Outcome()
        guard !labels.isEmpty, !isSecond || history.hasSecondLook else { return outcome }
        let latest = labels.latestOfEachWindow()
        let pending = isSecond ? Dictionary(grouping: pending.all, by: \.meter) : [:]
        var found = known
        let missing = latest.filter { counted($0) != nil && known[$0.window(isSecond: isSecond)] == nil }
        for (meter, own) in Dictionary(grouping: missing, by: \.meter) {
            let times = own.map(\.time.milliseconds).sorted()
            let waiting = pending[meter] ?? []
            do throws(CatalogError) {
                let windows = try windows(of: meter, at: times, isSecond, pending: waiting)
                var new: EmbeddingCache.Contents = [:]
                for (time, window) in zip(times, windows) {
                    new[EmbeddingCache.Window(meter: meter, time: time, isSecond: isSecond)] = window
                }
                if waiting.isEmpty { cache?.keep(new) } else { outcome.keepLater(new) }
                found.merge(new) { $1 }
            } catch {
                outcome.failure = error
                outcome.unread += own
            }
        }
        let unread = Set(outcome.unread.map(\.number))
        for label in latest where !unread.contains(label.number) {
            outcome.add(label, counted(label), found[label.window(isSecond: isSecond)] ?? .unknown)
        }
        return outcome
    }

    /// The label that counts beside the banks, now that another one was given or taken back; nil if there is
    /// none.
    private func counted(_ label: NumberedLabel) -> Label? {
        label.label ?? history.replacedLabel(of: label.meter, at: label.time)
    }

    private func windows(
        of meter: Name,
        at times: [Int64],
        _ isSecond: Bool,
        pending: [Reading]
    ) throws(CatalogError) -> [LabelledWindow] {
        isSecond
            ? try history.secondWindows(of: meter, at: times, pending: pending)
            : try history.windows(of: meter, at: times)
    }
}

extension LabelEmbedder.Outcome {
    fileprivate mutating func keepLater(_ windows: EmbeddingCache.Contents) {
        unsaved.merge(windows) { $1 }
    }

    fileprivate mutating func add(_ label: NumberedLabel, _ counted: Label?, _ window: LabelledWindow) {
        let withdrawal = LabelOverlay.Entry(
            withdrawing: label.number,
            meter: label.meter,
            time: label.time.milliseconds
        )
        guard let counted else {
            embedded.append(label)
            return entries.append(withdrawal)
        }
        switch window {
        case .embedded(let embedding):
            embedded.append(label)
            entries.append(
                LabelOverlay.Entry(
                    meter: label.meter,
                    time: label.time.milliseconds,
                    label: counted,
                    number: label.number,
                    embedding: embedding,
                    isFromPerson: label.label != nil
                )
            )
        case .unjudged: break
        case .unknown:
            waiting.append(label)
            // The person's label counts no longer, whenever the data set's begins to.
            if label.label == nil { entries.append(withdrawal) }
        }
    }
}

extension NumberedLabel {
    fileprivate func window(isSecond: Bool) -> EmbeddingCache.Window {
        EmbeddingCache.Window(meter: meter, time: time.milliseconds, isSecond: isSecond)
    }
}

extension [NumberedLabel] {
    /// The labels without those of a window that was labelled again later.
    fileprivate func latestOfEachWindow() -> [NumberedLabel] {
        guard count > 1 else { return self }
        var latest: [EmbeddingCache.Window: Int] = [:]
        for (index, label) in enumerated() {
            let window = label.window(isSecond: false)
            if let other = latest[window], self[other].number > label.number { continue }
            latest[window] = index
        }
        return latest.values.sorted().map { self[$0] }
    }
}
