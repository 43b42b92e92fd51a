// The vocabulary of the protocol, with the texts of HELP beside each word.

/// The first token of a request.
public enum Verb: String, CaseIterable, Sendable {
    case query = "QUERY"
    case truth = "TRUTH"
    case push = "PUSH"
    case label = "LABEL"
    case unlabel = "UNLABEL"
    case labels = "LABELS"
    case judgements = "JUDGEMENTS"
    case incidents = "INCIDENTS"
    case review = "REVIEW"
    case ack = "ACK"
    case snooze = "SNOOZE"
    case resolve = "RESOLVE"
    case info = "INFO"
    case stats = "STATS"
    case ping = "PING"
    case use = "USE"
    case auth = "AUTH"
    case reload = "RELOAD"
    case help = "HELP"
    case quit = "QUIT"

    /// The forms of the request.
    public var usage: [String] {
        switch self {
        case .query, .truth:
            [
                rawValue + Self.readingForm,
                rawValue + #" {"meter":<meter>,"end":<time>,"values":[[<value>,…],…],"#
                    + #""interval":<seconds>,"k":<k>,"probes":<probes>,"why":<why>,"where":<conditions>}"#,
            ]
        case .push:
            [rawValue + Self.readingForm]
        case .label:
            [
                "LABEL <meter> <times> normal [<text>=<value>]… [dry=true]",
                "LABEL <meter> <times> anomalous [<kind>] [<text>=<value>]… [dry=true]",
            ]
        case .unlabel: ["UNLABEL <meter> <times> [<text>=<value>]…"]
        case .labels: ["LABELS [<meter> [<from> [<until>]]] [start=<number>] [limit=<limit>]"]
        case .judgements: ["JUDGEMENTS <meter> <from> <until> [limit=<limit>]"]
        case .incidents:
            [
                "INCIDENTS [<meter>] [from=<time>] [until=<time>] [open=true] [event=<id>] [after=<id>] [limit=<limit>]"
            ]
        case .review: ["REVIEW [limit=<limit>]"]
        case .ack, .resolve: ["\(rawValue) <id> [author=<name>] [note=<text>]"]
        case .snooze: ["SNOOZE <id> <time> [author=<name>] [note=<text>]"]
        case .use: ["USE <index>"]
        case .auth: ["AUTH <token>"]
        case .help: ["HELP [<verb>]"]
        case .info, .stats, .ping, .reload, .quit: [rawValue]
        }
    }

    private static let readingForm =
        " <meter> <time> <value>… [k=<k>] [probes=<probes>] [why=<why>] [WHERE <condition> [AND <condition>]…]"

    /// One sentence on what the request does.
    public var about: String {
        switch self {
        case .query: "Asks what a reading resembles; nothing is kept."
        case .truth: "As QUERY, by comparing with every known window."
        case .push: "As QUERY, and the reading becomes part of the meter's history; - is a missing value."
        case .label:
            "Labels the windows that end at readings: <time>, <time>..<time>, or several with commas; "
                + "counts from the next request on."
        case .unlabel: "Takes the labels of persons back; what the data set says counts again."
        case .labels: "Tells the labels of persons, those taken back or replaced included."
        case .judgements:
            "Tells what was said of the pushed readings of a meter from a time on, before another."
        case .incidents: "Lists incidents: runs of alarms of a meter, by their numbers."
        case .review: "Lists incidents without a label, those first whose answer settles the most alarms."
        case .ack: "Says that a person has seen an incident."
        case .snooze: "Says that nobody wants to hear of an incident until a time."
        case .resolve: "Says that an incident is over for those who look after it."
        case .info: "Describes the chosen index."
        case .stats: "Describes the server."
        case .ping: "Shows that the server answers."
        case .use: "Chooses the index for this connection's later requests."
        case .auth: "Shows a token, so that the connection may do what it allows."
        case .reload: "Serves the newest generation of the chosen index from now on."
        case .help: "Lists the verbs, or explains one."
        case .quit: "Closes the connection."
        }
    }

    /// The verb written in these bytes, in upper or in lower case.
    init?(_ word: Span<UInt8>) {
        guard let verb = Self.byKey[Self.key(word)] else { return nil }
        self = verb
    }

    private static let byKey: [UInt128: Verb] = Dictionary(
        uniqueKeysWithValues: allCases.map { (key(Array($0.rawValue.utf8).span), $0) }
    )

    /// The letters in upper case as one integer, or 0 for what cannot be a verb.
    private static func key(_ word: Span<UInt8>) -> UInt128 {
        guard word.count <= 16 else { return 0 }
        var key: UInt128 = 0
        for index in word.indices {
            let byte = word[index]
            let isLower = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
            key = key << 8 | UInt128(isLower ? byte - 32 : byte)
        }
        return key
    }
}
