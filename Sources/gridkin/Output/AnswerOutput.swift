import Readings
import Verdicts

/// What an index says of one reading, printed the same by `query` and `push`.
struct AnswerOutput {
    /// The answer as the JSON object of the line protocol.
    let object: String
    /// The conditions on the neighbours that it names; nil for none.
    var conditions: String?

    /// Prints it.
    ///
    /// - Throws: ``ClientError`` if the object is no answer that this program knows.
    func print(_ output: OutputOptions) throws {
        if output.json { return Console.print(object) }
        let reply = try ServerReply.object(object).decoded(as: JudgementReply.self)
        let judgement = reply.judgement
        switch judgement.content {
        case .warming(let missing): printWarming(judgement, missing: missing)
        case .judged(let assessment): printVerdict(judgement, assessment)
        }
        if let why = reply.why { Console.print("  \(why)") }
        for reason in judgement.reasons { Console.print("  \(reason)") }
        for revision in judgement.revisions {
            let assessment = revision.assessment
            let kind = assessment.kind.map { " (\($0))" } ?? ""
            Console.print(
                "  second look at \(revision.time): \(assessment.verdict.rawValue)\(kind), score "
                    + "\(Table.number(assessment.score))"
            )
        }
        if !reply.unknownMembers.isEmpty {
            output.info(
                "the reply has members that this program does not know: "
                    + "\(reply.unknownMembers.joined(separator: ", ")); --json prints them"
            )
        }
    }

    private func printWarming(_ judgement: Judgement, missing: Int) {
        let readings = missing == 1 ? "1 more reading is" : "\(missing) more readings are"
        Console.print("\(judgement.meter) at \(judgement.time): warming, \(readings) needed")
        let latest = judgement.previous.map { ", the latest of \($0)" } ?? ""
        Console.print(
            "  a reading is judged together with those shortly before it, and the index holds too few of "
                + "them\(latest); push the missing ones first, or build with them"
        )
    }

    private func printVerdict(_ judgement: Judgement, _ assessment: Assessment) {
        Console.print("\(judgement.meter) at \(judgement.time): \(judgement.described)")
        Console.print(
            "  score \(Table.number(assessment.score)) (1 is the alarm line), "
                + "p \(Table.number(assessment.p, decimals: 5))"
        )
        let normal = Table.number(assessment.normalDistance)
        let anomalous = assessment.anomalousDistance.map { ", to known anomalies \(Table.number($0))" } ?? ""
        Console.print("  distance to known normals \(normal)\(anomalous)")
        for neighbour in assessment.neighbours {
            Console.print(
                "  \(Table.number(neighbour.distance))  \(neighbour.label.shortWord)  \(neighbour.meter)  "
                    + "\(neighbour.time)"
            )
        }
        if let conditions, assessment.neighbours.isEmpty {
            Console.print(
                "  no known window fits `\(conditions)`, so none is named; verdict and score do not depend on it. `gridkin "
                    + "inspect` shows meters and attributes"
            )
        }
    }
}

extension Label {
    /// The kind of an anomaly if it is known; otherwise `anomalous` or `normal`.
    var shortWord: String {
        switch self {
        case .normal: "normal"
        case .anomalous(let kind): kind?.text ?? "anomalous"
        }
    }
}
