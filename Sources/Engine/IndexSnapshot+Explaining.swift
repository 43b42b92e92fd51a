internal import Detection
internal import Encoder
internal import Readings
internal import Statistics
internal import Storage
internal import VectorIndex
package import Verdicts
internal import Windows

extension IndexSnapshot {
    /// Why a window was judged so: of an alarm, and of any window if that is asked for. From memory alone.
    ///
    /// - Returns: nil for others.
    /// - Throws: ``RequestError`` with `internal` if the search fails.
    package func explanation(
        of query: WindowQuery,
        _ content: Judgement.Content,
        _ options: QueryOptions
    ) throws(RequestError) -> Explanation? {
        guard let assessment = content.assessment, let features = query.features, let shown = query.shown,
            assessment.verdict != .normal || options.explains
        else { return nil }
        do {
            let grounds = try generation.classifier.grounds(
                of: generation.encoder.encode(features, width: features.count),
                in: scope(of: query, options)
            )
            return Explainer(
                generation: generation,
                query: query,
                features: features,
                shown: shown,
                grounds: grounds,
                cases: cases,
                verdict: assessment.verdict
            ).explanation
        } catch {
            throw RequestError(.internal, "the search failed: \(error)")
        }
    }
}

/// Puts what a judgement rests on into words.
private struct Explainer {
    let generation: Generation
    let query: WindowQuery
    let features: [Float]
    let shown: ShownValues
    let grounds: Grounds
    let cases: LabelledCases
    let verdict: Verdict

    private var layout: FeatureLayout { generation.layout }

    var explanation: Explanation {
        let channel = strangest
        let state = channel.flatMap(generation.states.state(ofChannel:))
        let compared = channel.flatMap { state == nil ? comparedTraits(of: $0) : nil }
        return Explanation(
            meter: query.meter,
            verdict: verdict,
            channel: channel.map { state?.name ?? generation.manifest.channels[$0] },
            channels: generation.columnCount,
            value: channel.map(value) ?? .missing,
            before: channel.map(valueBefore) ?? .missing,
            unit: channel.map(unit) ?? "",
            usual: channel.flatMap(usual),
            alike: grounds.alike,
            features: channel.map { compared?.differences(unit: unit(of: $0)) ?? [] } ?? [],
            kinds: kinds,
            cases: told,
            stuck: channel.flatMap { compared?.stuck(at: shown.values[$0]) },
            departure: grounds.departure
        )
    }

    /// The strangest channel. Where the encoder keeps none apart, that whose value is farthest from those of
    /// the nearest normal windows, in scales of the meter.
    private var strangest: Int? {
        if let channel = grounds.channel { return channel }
        guard layout.channelCount > 1 else { return 0 }
        let quantities = (0..<layout.channelCount).filter { layout.state(ofChannel: $0) == nil }
        let distances = quantities.compactMap { channel -> (channel: Int, out: Double, away: Double)? in
            let known = numbers(of: channel)
            let value = shown.values[channel]
            guard let low = known.min(), let high = known.max(), value.isFinite else { return nil }
            let scale = shown.profile.channels[channel].scale
            let away = abs(value - (low + high) / 2)
            return (channel, max(low - value, value - high, 0) / scale, away / scale)
        }
        return distances.max { ($0.out, $0.away, $1.channel) < ($1.out, $1.away, $0.channel) }?.channel
    }

    private func unit(of channel: Int) -> String {
        guard let units = generation.manifest.units, units.indices.contains(channel) else { return "" }
        return generation.states.state(ofChannel: channel) == nil ? units[channel] : ""
    }

    private func value(of channel: Int) -> Explanation.Value {
        if generation.states.state(ofChannel: channel) != nil {
            return generation.states.word(ofChannel: channel, in: shown.values).map(Explanation.Value.word)
                ?? .missing
        }
        return shown.values[channel].isFinite ? .number(shown.values[channel]) : .missing
    }

    private func valueBefore(of channel: Int) -> Explanation.Value {
        if let state = generation.states.state(ofChannel: channel) {
            return query.change(of: state.name).map { .word($0.from) } ?? .missing
        }
        let before = shown.latest[channel][1]
        return before.isFinite ? .number(before) : .missing
    }

    /// The values that the nearest normal windows had in a channel.
    private func numbers(of channel: Int) -> [Double] {
        guard let known = generation.knownValues else { return [] }
        return grounds.rows.map { known.value($0, channel) }.filter(\.isFinite)
    }

    /// What was usual in the nearest normal windows that have a value.
    private func usual(of channel: Int) -> Explanation.Usual? {
        guard let known = generation.knownValues else { return nil }
        let isState = generation.states.state(ofChannel: channel) != nil
        let rows = grounds.rows.filter { known.value($0, channel).isFinite }
        guard !rows.isEmpty else { return nil }
        let words = rows.compactMap { row in
            generation.states.word(ofChannel: channel, in: known[row].map(Double.init))
        }
        let bank = generation.classifier.normal
        let meters = rows.map { bank.meters[bank.windows[$0].meter] }
        let locals = zip(rows, meters).map { row, meter in
            generation.clock(of: meter).local(Timestamp(milliseconds: bank.windows[row].time))
        }
        return Explanation.Usual(
            numbers: isState ? [] : rows.map { known.value($0, channel) },
            words: words.counted.map(\.0),
            count: rows.count,
            isOwn: meters.allSatisfy { $0 == query.meter },
            times: SharedTimes(locals)
        )
    }

    /// What the nearest anomalies turned out to be.
    private var told: [Explanation.CaseCount] {
        guard !cases.isEmpty else { return [] }
        return grounds.anomalies.compactMap {
            cases[ReadingKey($0.meter, Timestamp(milliseconds: $0.time))]
        }.counted.map { Explanation.CaseCount($0.0, count: $0.1) }
    }

    private func comparedTraits(of channel: Int) -> ComparedTraits {
        ComparedTraits(
            own: WindowTraits(
                latest: shown.latest[channel],
                features: features,
                of: channel,
                in: layout,
                shown.profile,
                at: query.time
            ),
            known: grounds.rows.compactMap { generation.traits(ofRow: $0, channel) }
        )
    }

    /// The nearest anomalies by kind.
    private var kinds: [Explanation.KindCount] {
        grounds.anomalies.map(\.kind).counted.map { Explanation.KindCount(kind: $0.0, count: $0.1) }
    }
}

extension Array where Element: Hashable {
    /// The different elements with their numbers, that of most first; of equally many, the first one first.
    fileprivate var counted: [(Element, Int)] {
        var counts: [Element: Int] = [:]
        for element in self { counts[element, default: 0] += 1 }
        var seen: Set<Element> = []
        let different = filter { seen.insert($0).inserted }
        return different.enumerated().map { ($0, $1, counts[$1] ?? 0) }
            .sorted { ($1.2, $0.0) < ($0.2, $1.0) }.map { ($0.1, $0.2) }
    }
}
