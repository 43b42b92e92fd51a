// An index takes a meter's readings in the order of their times, but judges them afterwards, without a lock:
// the thread that pushed the later reading may finish first. A lock around both would make pushes wait for
// each other only because there are subscribers. So a judgement waits here instead, until no push of an
// earlier reading of its meter is under way. A push of an earlier reading that begins later is refused as
// late, and has no events; or it is taken as late, and has its events before those of the pushes under way.

internal import Readings

/// Puts the events of pushes that overlap into the order of their readings.
struct PushOrder: Sendable {
    /// A push under way.
    struct Place: Sendable {
        /// The index that was pushed to.
        let index: String
        fileprivate let meter: Name
        fileprivate let time: Timestamp
        fileprivate let number: Int
    }

    private struct Meter: Hashable {
        let index: String
        let name: Name
    }

    private struct Push {
        let time: Timestamp
        let number: Int
        /// Nil while the push is under way.
        var events: [JudgementStream.Event]?
    }

    /// The pushes that are under way, or whose events wait, by meter; in order of time.
    private var pushes: [Meter: [Push]] = [:]
    private var lastNumber = 0

    /// Notes that a push has begun.
    mutating func begin(meter: Name, index: String, time: Timestamp) -> Place {
        lastNumber += 1
        let push = Push(time: time, number: lastNumber, events: nil)
        let key = Meter(index: index, name: meter)
        let position = pushes[key]?.lastIndex { $0.time <= time }.map { $0 + 1 } ?? 0
        pushes[key, default: []].insert(push, at: position)
        return Place(index: index, meter: meter, time: time, number: lastNumber)
    }

    /// Notes that a push has ended.
    ///
    /// - Parameter events: its events; empty if its reading was refused.
    /// - Returns: the events that can be delivered now, in order.
    mutating func end(_ place: Place, _ events: [JudgementStream.Event]) -> [JudgementStream.Event] {
        let key = Meter(index: place.index, name: place.meter)
        guard var waiting = pushes[key],
            let position = waiting.firstIndex(where: { $0.number == place.number })
        else { return [] }
        waiting[position].events = events
        let ready = waiting.prefix { $0.events != nil }
        waiting.removeFirst(ready.count)
        pushes[key] = waiting.isEmpty ? nil : waiting
        return ready.flatMap { $0.events ?? [] }
    }
}
