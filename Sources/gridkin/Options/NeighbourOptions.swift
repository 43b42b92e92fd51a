import ArgumentParser
import LineProtocol
import Server
import Verdicts

/// Which known windows `query` and `push` name beside the verdict.
struct NeighbourOptions: ParsableArguments {
    @Option(
        name: .short,
        help: ArgumentHelp(
            "How many of the most similar known windows to name, 1 to \(RequestLimit.neighbours).",
            valueName: "count"
        )
    )
    var k = RequestLimit.defaultNeighbours

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Name only windows that meet these conditions, such as 'label=anomalous AND meter!=118'. Columns: meter, "
                + "time, label, kind, person. The verdict does not depend on them.",
            valueName: "conditions"
        )
    )
    var conditions: String?

    func validate() throws {
        guard (1...RequestLimit.neighbours).contains(k) else {
            throw ValidationError("-k is 1 to \(RequestLimit.neighbours)")
        }
        guard let conditions else { return }
        do {
            _ = try NeighbourFilter(Request.conditions(parsing: conditions))
        } catch let error as RequestError {
            throw ValidationError("--where: \(error.sentence)")
        } catch let error as QueryError {
            throw ValidationError("--where: \(error.message)")
        }
    }
}

/// The values of one reading on the command line: numbers, `-` for a missing one.
enum ReadingValues {
    static func parse(_ words: [String]) throws -> [Double] {
        try words.map { text in
            if text == "-" { return .nan }
            guard let value = Double(text), abs(value) <= RequestLimit.magnitude else {
                let hint = text.contains(",") ? "decimals stand after a point" : "write a number"
                throw ValidationError("`\(text)` is no value; \(hint), or - for a missing one")
            }
            return value
        }
    }
}
