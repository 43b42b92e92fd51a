// The judgements of all pushed readings, whichever protocol they came by, for any number of subscribers.
//
// 1. A push never waits for a subscriber. It hands its events to a buffer of each subscriber and goes on.
//    Without subscribers it reads one atomic and does nothing else.
// 2. A subscriber that falls behind loses its oldest events, and can see how many. The oldest and not the
//    newest, so that a slow subscriber sees what happens now.
// 3. The events of a meter come in the order of its readings, although several threads may push readings of
//    one meter at once (`PushOrder`).

public import Readings
internal import Synchronization
public import Verdicts

/// The judgements of all indexes, as they are made, for any number of subscribers.
public final class JudgementStream: Sendable {
    /// A judgement or a revision.
    public enum Event: Equatable, Sendable {
        /// A reading was taken in and judged by the index of this name.
        case judged(Judgement, of: Reading, index: String)
        /// An earlier reading of a meter was judged once more, by a generation of the index of this name.
        case revised(meter: Name, Revision, generation: Int, index: String)
    }

    private struct State {
        var subscribers: [ObjectIdentifier: EventBuffer] = [:]
        var order = PushOrder()
        var isFinished = false
    }

    private let state = Mutex(State())
    /// The number of subscribers in `state`, readable without its lock.
    private let subscriberCount = Atomic(0)
    private let droppedEvents = Atomic(0)

    init() {}

    /// How many subscribers there are now.
    public var subscribers: Int { subscriberCount.load(ordering: .relaxed) }

    /// How many events all subscribers together have lost because they were too slow.
    public var dropped: Int { droppedEvents.load(ordering: .relaxed) }

    /// The events of all readings whose push begins from now on.
    ///
    /// The subscription ends when it is released, when the task that waits for an event is cancelled, and
    /// when the gateway is finished; the events in its buffer are then still delivered, except after a
    /// cancellation.
    ///
    /// - Parameter capacity: how many events are kept for this subscriber while it is busy, at least 1. One
    ///   more event removes the oldest.
    public func subscribe(capacity: Int = 1_024) -> Subscription {
        precondition(capacity >= 1, "a subscriber has room for at least one event")
        let buffer = EventBuffer(capacity: capacity)
        let isOpen = state.withLock { state in
            guard !state.isFinished else { return false }
            state.subscribers[ObjectIdentifier(buffer)] = buffer
            subscriberCount.store(state.subscribers.count, ordering: .relaxed)
            return true
        }
        if !isOpen { buffer.finish() }
        return Subscription(stream: self, buffer: buffer)
    }

    /// Ends all subscriptions, and later ones at once.
    func finish() {
        let buffers = state.withLock { state in
            state.isFinished = true
            subscriberCount.store(0, ordering: .relaxed)
            defer { state.subscribers = [:] }
            return Array(state.subscribers.values)
        }
        for buffer in buffers { buffer.finish() }
    }

    fileprivate func remove(_ buffer: EventBuffer) {
        state.withLock { state in
            state.subscribers[ObjectIdentifier(buffer)] = nil
            subscriberCount.store(state.subscribers.count, ordering: .relaxed)
        }
    }

    /// Announces a push, so that its events keep their place in the order; nil if there is no subscriber.
    func begin(_ reading: Reading, index: String) -> PushOrder.Place? {
        guard subscriberCount.load(ordering: .relaxed) > 0 else { return nil }
        return state.withLock { $0.order.begin(meter: reading.meter, index: index, time: reading.time) }
    }

    /// Delivers the events of a push, and those that waited for it.
    ///
    /// - Parameter judgement: nil if the reading was refused.
    func end(_ place: PushOrder.Place, _ reading: Reading, _ judgement: Judgement?) {
        let events = judgement.map { Self.events($0, of: reading, index: place.index) } ?? []
        let lost = state.withLock { state in
            var lost = 0
            for event in state.order.end(place, events) {
                for buffer in state.subscribers.values where !buffer.offer(event) { lost += 1 }
            }
            return lost
        }
        if lost > 0 { droppedEvents.add(lost, ordering: .relaxed) }
    }

    /// Delivers revisions that no push has brought. They keep their place behind the pushes of their meter
    /// that are under way.
    ///
    /// - Parameter index: the name of the index.
    func announce(_ revisions: [Revision], of meter: Name, generation: Int, index: String) {
        guard subscriberCount.load(ordering: .relaxed) > 0 else { return }
        let lost = state.withLock { state in
            var lost = 0
            for revision in revisions {
                let event = Event.revised(meter: meter, revision, generation: generation, index: index)
                let place = state.order.begin(meter: meter, index: index, time: revision.time)
                for event in state.order.end(place, [event]) {
                    for buffer in state.subscribers.values where !buffer.offer(event) { lost += 1 }
                }
            }
            return lost
        }
        if lost > 0 { droppedEvents.add(lost, ordering: .relaxed) }
    }

    private static func events(_ judgement: Judgement, of reading: Reading, index: String) -> [Event] {
        [.judged(judgement, of: reading, index: index)]
            + judgement.revisions.map {
                .revised(meter: reading.meter, $0, generation: judgement.generation, index: index)
            }
    }
}

extension JudgementStream {
    /// The events that one subscriber gets.
    public final class Subscription: AsyncSequence, Sendable {
        private let stream: JudgementStream
        private let buffer: EventBuffer

        fileprivate init(stream: JudgementStream, buffer: EventBuffer) {
            self.stream = stream
            self.buffer = buffer
        }

        deinit { stream.remove(buffer) }

        /// How many events this subscriber has lost so far because it was too slow.
        public var dropped: Int { buffer.dropped }

        /// Ends the subscription; the events in its buffer are still delivered.
        public func cancel() {
            stream.remove(buffer)
            buffer.finish()
        }

        /// One reader of the events. Several readers of one subscription share its events.
        public struct Iterator: AsyncIteratorProtocol {
            fileprivate let subscription: Subscription

            /// The next event; nil after the end.
            public mutating func next() async -> Event? {
                let (stream, buffer) = (subscription.stream, subscription.buffer)
                return await withTaskCancellationHandler {
                    await buffer.next()
                } onCancel: {
                    stream.remove(buffer)
                    buffer.finish(discarding: true)
                }
            }
        }

        /// A reader of the events.
        public func makeAsyncIterator() -> Iterator { Iterator(subscription: self) }
    }
}
