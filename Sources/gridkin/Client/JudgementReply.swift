import Readings
import Verdicts

/// The reply to `QUERY` or `PUSH`, read back into the value it was written from. docs/protocol.md describes
/// its members.
struct JudgementReply: Decodable {
    /// What the index says of the reading.
    let judgement: Judgement
    /// Why, in one sentence; nil if it is not said.
    let why: String?
    /// The members that this program does not know: later versions of the protocol may add some.
    let unknownMembers: [String]

    /// - Throws: `DecodingError` if a member is missing, or holds a word that this program does not know.
    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self)
        judgement = Judgement(
            meter: try members.decode(Name.self, forKey: .meter),
            time: try members.decode(Timestamp.self, forKey: .time),
            content: try Judgement.Content(members),
            generation: try members.decode(Int.self, forKey: .generation),
            previous: try members.decodeIfPresent(Timestamp.self, forKey: .latest),
            reasons: try members.decodeIfPresent([ReasonMembers].self, forKey: .reasons)?
                .compactMap(\.reason) ?? [],
            revisions: try members.decodeIfPresent([RevisionMembers].self, forKey: .revisions)?.map(
                \.revision
            )
                ?? []
        )
        why = try members.decodeIfPresent(WhyMembers.self, forKey: .why)?.sentence
        unknownMembers = try decoder.container(keyedBy: AnyMember.self).allKeys.map(\.stringValue)
            .filter { Member(rawValue: $0) == nil }.sorted()
    }
}

/// The members of a judgement, of a revision and of a neighbour.
private enum Member: String, CodingKey {
    case meter, time, verdict, score, p, kind, neighbours, missing, latest, generation, revisions, d, label
    case why, reasons, reason, state, from, to, times, of, interval, name, channel, readings
    case knownInterval = "known_interval"
    case normalDistance = "d_normal"
    case anomalousDistance = "d_anomalous"
}

/// A member of any name.
private struct AnyMember: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init?(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
}

private typealias Members = KeyedDecodingContainer<Member>

extension Judgement.Content {
    fileprivate init(_ members: Members) throws {
        if try members.decode(String.self, forKey: .verdict) == Self.warmingWord {
            self = .warming(missing: try members.decode(Int.self, forKey: .missing))
        } else {
            let neighbours = try members.decode([NeighbourMembers].self, forKey: .neighbours)
            self = .judged(try Assessment(members, neighbours: neighbours.map(\.neighbour)))
        }
    }
}

extension Assessment {
    fileprivate init(_ members: Members, neighbours: [Neighbour]) throws {
        self.init(
            verdict: try members.word(.verdict, Verdict.allCases.map { ($0.rawValue, $0) }),
            score: try members.decode(Double.self, forKey: .score),
            p: try members.decode(Double.self, forKey: .p),
            kind: try members.decodeIfPresent(Name.self, forKey: .kind),
            normalDistance: try members.decode(Double.self, forKey: .normalDistance),
            anomalousDistance: try members.decodeIfPresent(Double.self, forKey: .anomalousDistance),
            neighbours: neighbours
        )
    }
}

private struct WhyMembers: Decodable {
    let sentence: String
}

private struct RevisionMembers: Decodable {
    let revision: Revision

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self)
        revision = Revision(
            time: try members.decode(Timestamp.self, forKey: .time),
            assessment: try Assessment(members, neighbours: [])
        )
    }
}

private struct ReasonMembers: Decodable {
    /// Nil for a reason that this program does not know: later versions of the protocol may add some.
    let reason: Reason?

    /// Seconds as whole milliseconds; nil if they are too many.
    private static func milliseconds(_ seconds: Double) -> Int64? {
        Int64(exactly: (seconds * 1000).rounded())
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self)
        switch try members.decode(String.self, forKey: .reason) {
        case Reason.missingReadingsWord:
            reason = .missingReadings(
                try members.decode(Int.self, forKey: .missing),
                of: try members.decode(Int.self, forKey: .of)
            )
        case Reason.changedIntervalWord:
            let now = Self.milliseconds(try members.decode(Double.self, forKey: .interval))
            let known = Self.milliseconds(try members.decode(Double.self, forKey: .knownInterval))
            reason = now.flatMap { now in known.map { .changedInterval(now: now, known: $0) } }
        case Reason.changedStateWord:
            reason = .changedState(
                StateChange(
                    state: try members.decode(Name.self, forKey: .state),
                    from: try members.decode(Name.self, forKey: .from),
                    to: try members.decode(Name.self, forKey: .to),
                    times: try members.decode(Int.self, forKey: .times),
                    of: try members.decode(Int.self, forKey: .of)
                )
            )
        case Reason.unknownWordWord:
            reason = .unknownWord(state: try members.decode(Name.self, forKey: .state))
        case Reason.registerResetWord:
            reason = .registerReset(channel: try members.decode(Name.self, forKey: .channel))
        case Reason.stuckValueWord:
            reason = .stuckValue(
                channel: try members.decode(Name.self, forKey: .channel),
                readings: try members.decode(Int.self, forKey: .readings)
            )
        case Reason.holidayWord: reason = .holiday(try members.decode(Name.self, forKey: .name))
        default: reason = nil
        }
    }
}

private struct NeighbourMembers: Decodable {
    let neighbour: Neighbour

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self)
        let kind = try members.decodeIfPresent(Name.self, forKey: .kind)
        neighbour = Neighbour(
            distance: try members.decode(Double.self, forKey: .d),
            label: try members.word(.label, [("normal", .normal), ("anomalous", .anomalous(kind: kind))]),
            meter: try members.decode(Name.self, forKey: .meter),
            time: try members.decode(Timestamp.self, forKey: .time)
        )
    }
}

extension KeyedDecodingContainer<Member> {
    /// The value that a member's word stands for. An unknown word is an error: it must not be taken for one
    /// of the known ones.
    fileprivate func word<Value>(_ member: Member, _ meanings: [(word: String, value: Value)]) throws -> Value
    {
        let word = try decode(String.self, forKey: member)
        if let meaning = meanings.first(where: { $0.word == word }) { return meaning.value }
        throw DecodingError.dataCorruptedError(
            forKey: member,
            in: self,
            debugDescription: "this program does not know the \(member.rawValue) `\(word)`"
        )
    }
}

extension Judgement {
    /// The score; nil while the meter is warming.
    var score: Double? { assessment?.score }

    /// Whether the score is above the alarm line.
    var isAlarm: Bool { (score ?? 0) > 1 }

    /// `anomalous (theft)`, or the verdict alone.
    var described: String { assessment?.kind.map { "\(content.word) (\($0))" } ?? content.word }
}
