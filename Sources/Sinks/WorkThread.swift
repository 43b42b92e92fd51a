internal import Dispatch
internal import Synchronization

/// A thread for deliveries that block; they follow each other on it.
struct WorkThread: Sendable {
    private let queue: DispatchQueue

    /// A thread of a name.
    init(_ name: String) {
        queue = DispatchQueue(label: "gridkin.sink.\(name)")
    }

    /// Does work, and returns when it is done; or at once if the task is cancelled, while the work goes on.
    ///
    /// - Parameter body: returns why it failed; nil if it did not.
    func run(_ body: @escaping @Sendable () -> DeliveryFailure?) async throws(DeliveryFailure) {
        let answer = Answer()
        let failure = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                answer.await(continuation)
                queue.async { answer.give(body()) }
            }
        } onCancel: {
            answer.give(.temporary("the server is ending"))
        }
        if let failure { throw failure }
    }
}

/// The first of several answers.
private final class Answer: Sendable {
    private enum State {
        case none
        case awaited(CheckedContinuation<DeliveryFailure?, Never>)
        case given(DeliveryFailure?)
    }

    private let state = Mutex(State.none)

    func await(_ continuation: CheckedContinuation<DeliveryFailure?, Never>) {
        let early: DeliveryFailure?? = state.withLock { state in
            if case .given(let failure) = state { return .some(failure) }
            state = .awaited(continuation)
            return nil
        }
        if let early { continuation.resume(returning: early) }
    }

    func give(_ failure: DeliveryFailure?) {
        let continuation = state.withLock { state -> CheckedContinuation<DeliveryFailure?, Never>? in
            defer { if case .given = state {} else { state = .given(failure) } }
            if case .awaited(let continuation) = state { return continuation }
            return nil
        }
        continuation?.resume(returning: failure)
    }
}
