internal import Gateway
internal import LineProtocol
internal import Verdicts

/// Counts of requests since the server started; shared by all connections.
public final class RequestCounts: Sendable {
    /// How long the requests of each verb took, in the verbs' order.
    private let verbs = Verb.allCases.map { _ in LatencyHistogram() }
    /// How many requests were answered with each code.
    private let codes: [ErrorCode: Counter]
    /// Lines that are not a request.
    private let unread = Counter()

    /// Counts that are all 0.
    public init() {
        codes = Dictionary(uniqueKeysWithValues: ErrorCode.allCases.map { ($0, Counter()) })
    }

    var errors: Int { codes.values.reduce(0) { $0 + $1.value } }
    var unreadable: Int { unread.value }

    func errors(_ code: ErrorCode) -> Int { codes[code]?.value ?? 0 }
    func latencies(of verb: Verb) -> LatencyHistogram.Snapshot { verbs[verb.index].snapshot }

    func count(_ code: ErrorCode) { codes[code]?.count() }

    /// Counts a request of a verb; nil for a line that is not a request.
    func count(_ verb: Verb?, took duration: Duration) {
        guard let verb else { return unread.count() }
        verbs[verb.index].count(duration)
    }
}

extension Verb {
    /// Its index in `allCases`. A dictionary would cost more for hashing the word than for counting.
    fileprivate var index: Int {
        switch self {
        case .query: 0
        case .truth: 1
        case .push: 2
        case .label: 3
        case .unlabel: 4
        case .labels: 5
        case .judgements: 6
        case .incidents: 7
        case .review: 8
        case .ack: 9
        case .snooze: 10
        case .resolve: 11
        case .info: 12
        case .stats: 13
        case .ping: 14
        case .use: 15
        case .auth: 16
        case .reload: 17
        case .help: 18
        case .quit: 19
        }
    }
}
