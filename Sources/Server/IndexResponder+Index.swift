internal import Engine
internal import Foundation
internal import LineProtocol
internal import Logging
internal import Readings
internal import Storage
internal import Verdicts

extension IndexResponder {
    func ask(
        _ index: LiveIndex,
        _ subject: Request.Subject,
        _ options: QueryOptions
    ) throws(RequestError) -> Reply {
        try translating { () throws(QueryError) in
            switch subject {
            case .reading(let reading):
                guard let time = Timestamp(reading.time) else { return nil }
                return try index.query(reading.meter, at: time, values: reading.values, options: options)
            case .window(let window):
                guard let end = Timestamp(window.end) else { return nil }
                return try index.query(
                    window.meter,
                    end: end,
                    rows: window.rows,
                    interval: window.interval.map { Int64($0) * 1000 },
                    options: options
                )
            }
        }
    }

    func push(
        _ reading: Request.Reading,
        _ options: QueryOptions,
        _ session: inout IndexSession
    ) throws(RequestError) -> Reply {
        let index = try chosen(session)
        try requireWriting(session)
        let time = try time(reading.time)
        let ahead = time.milliseconds - Int64(Date().timeIntervalSince1970 * 1000)
        guard ahead <= Int64(RequestLimit.futureSeconds) * 1000 else {
            throw RequestError(
                .future,
                "\(time) is more than a day ahead of the server's clock; check the year and the time zone"
            )
        }
        // `repeated` promises the same as `OK`: that the reading is held.
        if index.durability == .always { session.unsettled = index }
        return try translating { () throws(QueryError) in
            try index.push(reading.meter, at: time, values: reading.values, options: options)
        }
    }

    func label(_ label: Request.Label, _ session: IndexSession) throws(RequestError) -> Reply {
        let index = try chosen(session)
        try requireWriting(session)
        let time = try time(label.time)
        let labelled: LiveIndex.Labelled
        do {
            let given: Label = label.label == .normal ? .normal : .anomalous(kind: label.kind)
            labelled = try index.label(label.meter, at: time, as: given)
        } catch {
            throw RequestError(error)
        }
        countLabel()
        return .labelled(
            Reply.Labelled(
                meter: label.meter,
                time: time,
                label: label.label,
                kind: label.kind,
                labels: labelled.labels,
                counts: labelled.counts
            )
        )
    }

    func info(_ session: IndexSession) throws(RequestError) -> Reply {
        let index = try chosen(session)
        let manifest = index.generation.manifest
        let holdings: LiveIndex.Holdings
        do {
            holdings = try index.holdings()
        } catch {
            throw RequestError(.unavailable, "the journal cannot be read now: \(error)")
        }
        return .info(
            Reply.Info(
                index: index.folder.name.text,
                generation: manifest.generation,
                encoder: manifest.encoder,
                dimension: manifest.dimension,
                interval: Int(index.usualInterval / 1000),
                secondLook: manifest.secondLook.map { Int($0.following / 1000) },
                channels: manifest.channels,
                warmUp: index.readingsToKnowANewMeter,
                meters: holdings.meters,
                normal: manifest.normal.rows,
                anomalous: manifest.anomalous.rows,
                labels: index.labelsGiven,
                from: holdings.first?.description ?? "",
                until: holdings.last?.description ?? "",
                isReadOnly: session.permission != .writing,
                durability: index.durability.rawValue,
                limits: limits.described(liveMeters: index.liveMeters),
                version: gridkinVersion
            )
        )
    }

    func reload(_ index: LiveIndex) throws(RequestError) -> Reply {
        do {
            let changed = try index.reload(again: true)
            return .reloaded(
                index: index.folder.name.text,
                generation: index.generation.number,
                changed: changed
            )
        } catch {
            logger.error("a generation cannot be served", metadata: ["error": "\(error)"])
            throw RequestError(.unavailable, "the newest generation cannot be served: \(error)")
        }
    }

    private func time(_ text: String) throws(RequestError) -> Timestamp {
        guard let time = Timestamp(text) else { throw badTime }
        return time
    }

    private var badTime: RequestError {
        RequestError(.badTime, "not a valid time; use 2024-01-01T00:00:00Z")
    }

    private func translating(_ body: () throws(QueryError) -> Judgement?) throws(RequestError) -> Reply {
        let answer: Judgement?
        do { answer = try body() } catch { throw RequestError(error) }
        guard let answer else { throw badTime }
        return Reply(answer)
    }
}

/// The version that `INFO` and `--version` show.
public let gridkinVersion = "0.1.0"

extension RequestError {
    /// An index's error as the protocol's, whose codes are the same.
    init(_ error: QueryError) {
        self.init(ErrorCode(rawValue: error.code.rawValue) ?? .internal, error.message)
    }
}
