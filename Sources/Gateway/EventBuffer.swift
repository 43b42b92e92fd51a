internal import Synchronization

/// The events that wait for one subscriber; bounded.
final class EventBuffer: Sendable {
    typealias Event = JudgementStream.Event

    fileprivate struct State {
        /// A ring: the oldest event is at `first`.
        var events: [Event?]
        var first = 0
        var count = 0
        var waiting: [CheckedContinuation<Event?, Never>] = []
        var dropped = 0
        var isFinished = false
    }

    private let state: Mutex<State>

    /// An empty buffer.
    ///
    /// - Parameter capacity: the most events that wait, at least 1.
    init(capacity: Int) {
        state = Mutex(State(events: Array(repeating: nil, count: capacity)))
    }

    /// How many events were lost.
    var dropped: Int { state.withLock { $0.dropped } }

    /// Adds an event, in place of the oldest if the buffer is full.
    ///
    /// - Returns: false if an event was lost.
    func offer(_ event: Event) -> Bool {
        let (reader, isRoom) = state.withLock { state -> (CheckedContinuation<Event?, Never>?, Bool) in
            guard !state.isFinished else { return (nil, true) }
            if !state.waiting.isEmpty { return (state.waiting.removeFirst(), true) }
            return (nil, state.append(event))
        }
        reader?.resume(returning: event)
        return isRoom
    }

    /// The next event, as soon as there is one; nil after the end.
    func next() async -> Event? {
        await withCheckedContinuation { continuation in
            let outcome = state.withLock { state -> Event?? in
                if let event = state.takeFirst() { return .some(event) }
                if state.isFinished { return .some(nil) }
                state.waiting.append(continuation)
                return nil
            }
            if let outcome { continuation.resume(returning: outcome) }
        }
    }

    /// Ends the stream for its readers.
    ///
    /// - Parameter isDiscarding: whether the events that still wait are thrown away.
    func finish(discarding isDiscarding: Bool = false) {
        let readers = state.withLock { state in
            state.isFinished = true
            if isDiscarding { while state.takeFirst() != nil {} }
            defer { state.waiting = [] }
            return state.waiting
        }
        for reader in readers { reader.resume(returning: nil) }
    }
}

extension EventBuffer.State {
    /// Adds an event; false if that removed the oldest one.
    fileprivate mutating func append(_ event: EventBuffer.Event) -> Bool {
        let isRoom = count < events.count
        events[(first + count) % events.count] = event
        if isRoom {
            count += 1
        } else {
            first = (first + 1) % events.count
            dropped += 1
        }
        return isRoom
    }

    fileprivate mutating func takeFirst() -> EventBuffer.Event? {
        guard count > 0 else { return nil }
        defer {
            events[first] = nil
            first = (first + 1) % events.count
            count -= 1
        }
        return events[first]
    }
}
