import ArgumentParser
import LineProtocol
internal import Storage
internal import Text
internal import Verdicts

struct ReviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Prints which incidents to label first: those whose answer settles the most alarms.",
        discussion: """
              gridkin review demo --limit 5

            One row for each group of incidents without a label, as CSV: the one to look at, and how many incidents, \
            alarms and meters an answer about it settles, the numbers of the others last. In a group are incidents whose \
            strangest window is less than half as far from that of the first one as from the normal windows of either: once the first \
            one is labelled, they resemble it. `gridkin label NAME METER incident=ID …` labels it, and the group is gone. \
            --json prints the reply to `REVIEW`.
            """
    )

    @OptionGroup var index: IndexOptions

    @Option(name: .long, help: "How many groups to print, at most.")
    var limit = RequestLimit.incidents

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...RequestLimit.incidents).contains(limit) else {
            throw ValidationError("--limit is a number from 1 to \(RequestLimit.incidents), not \(limit)")
        }
    }

    func run() async throws {
        let conversation = IndexConversation(folder: try index.folder(), purpose: .query, options: server)
        let object = try await conversation.ask("\(Verb.review.rawValue) limit=\(limit)")
        if output.json { return Console.print(object) }
        let review = try ServerReply.object(object).decoded(as: ServerReply.Reviewed.self)
        Console.print("id,incidents,alarms,meters,meter,start,end,kind,sentence,others")
        for group in review.groups { Console.print(group.row) }
        output.info(
            "\(review.unlabelled) of \(review.looked) incidents need an answer, in \(review.count) groups; "
                + "\(review.labelled) are labelled, and \(review.settled) are settled by those labels"
        )
    }
}

extension ServerReply {
    /// The reply to `REVIEW`.
    struct Reviewed: Decodable {
        let groups: [Group]
        let count: Int
        let looked: Int
        let unlabelled: Int
        let labelled: Int
        let settled: Int

        struct Group: Decodable {
            let incident: Shown
            let incidents: Int
            let alarms: Int
            let meters: Int
            let others: [Int64]

            /// As a row of CSV.
            var row: String {
                var bytes = Array("\(incident.id),\(incidents),\(alarms),\(meters),".utf8)
                bytes.append(csvText: incident.meter.utf8)
                bytes += Array(",\(incident.start),\(incident.end ?? ""),".utf8)
                bytes.append(csvText: incident.kind.utf8)
                bytes.append(Byte.comma)
                bytes.append(csvText: incident.sentence.utf8)
                bytes += Array(",\(others.map(String.init).joined(separator: " "))".utf8)
                return String(decoding: bytes, as: UTF8.self)
            }
        }

        struct Shown: Decodable {
            let id: Int64
            let meter: String
            let start: String
            let end: String?
            let kind: String
            let sentence: String
        }
    }
}
