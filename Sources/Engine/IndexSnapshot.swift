package import Detection
internal import Encoder
package import Readings
package import Storage
internal import VectorIndex
package import Verdicts
package import Windows

/// A generation with the labels in effect: everything that judges a window. Immutable: a question uses one
/// snapshot until it is answered.
package final class IndexSnapshot: Sendable {
    package let generation: Generation
    /// Keeps the labels' embeddings on the disk; nil without a journal.
    let cache: EmbeddingCache?
    /// The labels given since the generation was built.
    package let labels: LabelOverlay
    /// The same labels as the second look sees them: those of readings that were due for it.
    package let secondLookLabels: LabelOverlay
    /// What labelled readings turned out to be.
    let cases: LabelledCases

    /// A snapshot of its parts.
    init(
        _ generation: Generation,
        _ cache: EmbeddingCache?,
        labels: LabelOverlay = LabelOverlay(),
        secondLookLabels: LabelOverlay = LabelOverlay(),
        cases: LabelledCases = [:]
    ) {
        self.generation = generation
        self.cache = cache
        self.labels = labels
        self.secondLookLabels = secondLookLabels
        self.cases = cases
    }

    /// Whether both have the same generation and read the same journal.
    func isBased(on other: IndexSnapshot) -> Bool { generation === other.generation && cache === other.cache }

    /// The options with the meters of the generation in the place of conditions on attributes.
    ///
    /// - Throws: ``RequestError`` with `badFilter` for an attribute that no meter has.
    func resolving(_ options: QueryOptions) throws(RequestError) -> QueryOptions {
        guard let filter = options.filter else { return options }
        var resolved = options
        resolved.filter = try generation.attributes.resolving(filter)
        return resolved
    }

    /// Judges a window.
    ///
    /// - Parameter options: with a filter that was resolved by ``resolving(_:)``.
    /// - Throws: ``RequestError`` with `internal` if the search fails.
    package func judge(
        _ query: WindowQuery,
        _ options: QueryOptions
    ) throws(RequestError) -> Judgement.Content {
        guard let features = query.features else { return .warming(missing: query.missing) }
        let scope = scope(of: query, options)
        do {
            return .judged(
                try generation.detector.judge(
                    features,
                    at: query.time,
                    on: query.clock,
                    in: scope,
                    neighbours: options.neighbours
                )
            )
        } catch {
            throw RequestError(.internal, "the search failed: \(error)")
        }
    }

    /// What a window is compared with.
    func scope(of query: WindowQuery, _ options: QueryOptions) -> Classifier.Scope {
        generation.classifier.scope(
            ofMeter: generation.meterNumbers[query.meter],
            name: query.meter,
            labelled: labels,
            search: options
        )
    }

    /// Why a reading was judged so, besides its values.
    ///
    /// A changed interval is told as long as it lasts; of any reading a word of a state that the index does
    /// not know, and a register that was reset; of an alarm a change of state. Missing readings are a reason
    /// of an alarm if the score falls by a tenth or more when none of them counts as missing.
    ///
    /// - Throws: ``RequestError`` with `internal` if the search fails.
    func reasons(
        of query: WindowQuery,
        _ content: Judgement.Content,
        _ options: QueryOptions
    ) throws(RequestError) -> [Reason] {
        let channels = generation.manifest.channels
        let registers = query.resetRegisters.filter(channels.indices.contains)
            .map { Reason.registerReset(channel: channels[$0]) }
        let isAlarm = content.assessment.map { $0.verdict != .normal } ?? false
        let others = registers + query.reasonsOfStates(isAlarm: isAlarm)
        guard let assessment = content.assessment else { return others }
        let changed = query.changedInterval.map { Reason.changedInterval(now: $0.now, known: $0.known) }
        let missing = try missingReadings(of: query, assessment, options)
        return [changed, missing].compactMap(\.self) + others
    }

    private func missingReadings(
        of query: WindowQuery,
        _ assessment: Assessment,
        _ options: QueryOptions
    ) throws(RequestError) -> Reason? {
        guard assessment.verdict != .normal, query.missingReadings.missing > 0,
            let whole = query.withoutMissingShares(generation.layout),
            case .judged(let other) = try judge(whole, QueryOptions(neighbours: 0, probes: options.probes)),
            other.score <= 0.9 * assessment.score
        else { return nil }
        return .missingReadings(query.missingReadings.missing, of: query.missingReadings.expected)
    }

    /// Judges the earlier readings once more whose second look the query's reading has made due.
    ///
    /// - Throws: ``RequestError`` with `internal` if the search fails.
    func revisions(of query: WindowQuery, _ options: QueryOptions) throws(RequestError) -> [Revision] {
        guard let second = generation.secondLook, !query.matured.isEmpty else { return [] }
        let scope = second.classifier.scope(
            ofMeter: generation.meterNumbers[query.meter],
            name: query.meter,
            labelled: secondLookLabels,
            search: options
        )
        var revisions: [Revision] = []
        do {
            for window in query.matured {
                let found = try second.judge(
                    window.features,
                    at: window.time,
                    on: query.clock,
                    in: scope,
                    neighbours: 0
                )
                revisions.append(Revision(time: window.time, assessment: found))
            }
        } catch {
            throw RequestError(.internal, "the search failed: \(error)")
        }
        return revisions
    }
}

extension IndexSnapshot {
    /// The snapshot with other parts.
    private func with(
        labels: LabelOverlay? = nil,
        secondLookLabels: LabelOverlay? = nil,
        cases: LabelledCases? = nil
    ) -> IndexSnapshot {
        IndexSnapshot(
            generation,
            cache,
            labels: labels ?? self.labels,
            secondLookLabels: secondLookLabels ?? self.secondLookLabels,
            cases: cases ?? self.cases
        )
    }

    /// The snapshot with what labelled readings turned out to be.
    func telling(_ cases: LabelledCases) -> IndexSnapshot { with(cases: cases) }

    /// The snapshot with further labels.
    ///
    /// - Parameter isAnew: whether their windows have changed since they were added before.
    func adding(
        _ entries: [LabelOverlay.Entry],
        isAnew: Bool = false
    ) throws(VectorIndexError) -> IndexSnapshot {
        let added = try labels.adding(
            entries,
            beside: generation.classifier.banks,
            meterNumbers: generation.meterNumbers,
            isAnew: isAnew
        )
        return with(labels: added)
    }

    /// The snapshot with labels that count for the second look too; a label that is no longer in effect is
    /// passed over.
    ///
    /// - Parameter isAnew: whether their windows have changed since they were promoted before.
    func promoting(
        _ entries: [LabelOverlay.Entry],
        isAnew: Bool = false
    ) throws(VectorIndexError) -> IndexSnapshot {
        guard let second = generation.secondLook else { return self }
        let promoted = try secondLookLabels.adding(
            entries.filter { labels.number(of: $0.meter, at: $0.time) == $0.number },
            beside: second.classifier.banks,
            meterNumbers: generation.meterNumbers,
            isAnew: isAnew
        )
        return with(secondLookLabels: promoted)
    }

    /// The labels that count for the second look too, now that readings have matured.
    ///
    /// Most labels are given before: a person who has seen an alarm does not wait a day to say what it was.
    func promotions(by query: WindowQuery) -> [LabelOverlay.Entry] {
        guard let second = generation.secondLook, !labels.isEmpty else { return [] }
        return query.matured.compactMap { window in
            let time = window.time.milliseconds
            return labels.label(of: query.meter, at: time).map { found in
                LabelOverlay.Entry(
                    meter: query.meter,
                    time: time,
                    label: found.label,
                    number: found.number,
                    embedding: second.encoder.encode(window.features),
                    isFromPerson: found.isFromPerson
                )
            }
        }
    }
}

/// A question about the window that ends with a reading. A value: the stream may go on meanwhile.
package struct WindowQuery: Sendable {
    package let meter: Name
    package let time: Timestamp
    /// The meter's clock.
    package let clock: LocalClock
    /// The window's features, and its raw slots where the encoder reads them; nil while the meter is warming.
    package private(set) var features: [Float]?
    /// What an explanation is made of; nil while the meter is warming.
    let shown: ShownValues?
    /// How many readings are still needed; 0 once there are features.
    package let missing: Int
    /// The time of the meter's reading before this one; nil where there is none.
    package let previous: Timestamp?
    /// The states that the reading has changed, and those whose word the index does not know.
    private let states: (changes: [StateChange], unknown: [Name])
    /// The channels whose register was reset with the reading, by their numbers.
    fileprivate let resetRegisters: [Int]
    /// The earlier readings whose second look the reading has made due.
    package let matured: [MaturedWindow]
    /// How many readings of the last day are missing, and how many there should be.
    let missingReadings: (missing: Int, expected: Int)
    /// The interval at which the meter reports lately, and that which the index knows; nil if they are the
    /// same.
    let changedInterval: (now: Int64, known: Int64)?

    /// The same question about a window that misses nothing; nil if this one does not either.
    func withoutMissingShares(_ layout: FeatureLayout) -> WindowQuery? {
        guard let features else { return nil }
        let shares = layout.missingShares.filter { features[$0] > 0 }
        guard !shares.isEmpty else { return nil }
        var whole = self
        for position in shares { whole.features?[position] = 0 }
        return whole
    }

    /// Asks about the newest reading of a stream.
    ///
    /// - Parameter matured: what appending the reading has let mature; nil if it asks for no second look.
    package init(of meter: Name, in stream: MeterStream, at time: Timestamp, matured: MaturedWindows? = nil) {
        self.meter = meter
        self.time = time
        clock = stream.clock
        previous = stream.previousTime
        states = (stream.states?.changes ?? [], stream.states?.unknown ?? [])
        resetRegisters = stream.registers?.reset ?? []
        switch stream.readiness {
        case .ready:
            features = stream.features()
            shown = ShownValues(of: stream)
            missing = 0
        case .warming(let missing):
            features = nil
            shown = nil
            self.missing = missing
        }
        self.matured = matured?.windows() ?? []
        missingReadings = stream.missingReadings
        changedInterval = stream.changedInterval
    }
}

extension WindowQuery {
    /// How the reading has changed a state; nil if it has not.
    func change(of state: Name) -> StateChange? { states.changes.first { $0.state == state } }

    /// What its states say: their changes if it is an alarm, and words that the index does not know.
    fileprivate func reasonsOfStates(isAlarm: Bool) -> [Reason] {
        (isAlarm ? states.changes.map(Reason.changedState) : []) + states.unknown.map(Reason.unknownWord)
    }
}
