/// What an index says of one reading, printed the same by `query` and `push`.
struct AnswerOutput {
    /// The answer as the JSON object of the line protocol.
    let object: String

    /// Prints it.
    ///
    /// - Throws: ``ClientError`` where the object is no answer.
    func print(_ output: OutputOptions) throws {
        if output.json { return Console.print(object) }
        let answer = try ServerReply.object(object).decoded(as: ServerReply.Answer.self)
        if let missing = answer.missing {
            printWarming(answer, missing: missing)
        } else {
            printVerdict(answer)
        }
        for revision in answer.revisions ?? [] {
            let kind = revision.kind.map { " (\($0))" } ?? ""
            Console.print(
                "  second look at \(revision.time): \(revision.verdict)\(kind), score "
                    + "\(Table.number(revision.score))"
            )
        }
    }

    private func printWarming(_ answer: ServerReply.Answer, missing: Int) {
        let readings = missing == 1 ? "1 more reading is" : "\(missing) more readings are"
        Console.print("\(answer.meter) at \(answer.time): warming, \(readings) needed")
        let latest = answer.latest.map { ", the latest of \($0)" } ?? ""
        Console.print(
            "  a reading is judged together with those shortly before it, and the index holds too few of "
                + "them\(latest); push the missing ones first, or build with them"
        )
    }

    private func printVerdict(_ answer: ServerReply.Answer) {
        Console.print("\(answer.meter) at \(answer.time): \(answer.described)")
        Console.print(
            "  score \(Table.number(answer.score)) (1 is the alarm line), "
                + "p \(Table.number(answer.p, decimals: 5))"
        )
        let anomalous = answer.anomalousDistance.map { ", to known anomalies \(Table.number($0))" } ?? ""
        Console.print("  distance to known normals \(Table.number(answer.normalDistance))\(anomalous)")
        for neighbour in answer.neighbours ?? [] {
            let label = neighbour.label == "anomalous" ? neighbour.kind ?? "anomalous" : "normal"
            Console.print("  \(Table.number(neighbour.d))  \(label)  \(neighbour.meter)  \(neighbour.time)")
        }
    }
}
