import ArgumentParser
import Foundation
internal import Storage
internal import Verdicts

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the indexes: their generations, who serves them, who builds them.",
        discussion: """
              gridkin list
              gridkin list --indexes /var/lib/gridkin --json

            `(served)` marks the generation that a running server answers from, `(current)` the one that the \
            next server and all other commands use. A server started with --read-only takes no lock on an \
            index, so it is not found and not listed.
            """
    )

    @OptionGroup var indexes: IndexesOption
    @OptionGroup var output: OutputOptions

    private struct Entry: Encodable {
        let index: String
        let served: Int?
        let generations: [Int]
        /// The process that is building a generation now, or rolling back to one.
        let builder: Int?
        let server: Server?
        let problem: String?
    }

    /// A running server.
    private struct Server: Encodable {
        let process: Int
        /// `host:port` and paths of Unix sockets; empty while it starts.
        let addresses: [String]
        let tls: Bool
        let token: Bool

        init(_ server: RunningServer) {
            process = server.process
            addresses = server.addresses + server.sockets
            tls = server.hasTLS
            token = server.needsToken
        }

        var described: String {
            let place = addresses.isEmpty ? "" : " at " + addresses.joined(separator: " and ")
            let terms = [tls ? "TLS" : nil, token ? "with a token" : nil].compactMap(\.self)
            return "served by process \(process)\(place)"
                + (terms.isEmpty ? "" : " (\(terms.joined(separator: ", ")))")
        }
    }

    func run() throws {
        let entries = IndexFolder.all(in: indexes.path).map(entry)
        if output.json { return try Console.print(json: entries) }
        if entries.isEmpty { output.info(whyEmpty) }
        for entry in entries { print(entry) }
        if !entries.isEmpty, entries.allSatisfy({ $0.server == nil }) {
            output.info(
                "no server was found; `gridkin serve NAME` starts one. One started with --read-only takes no lock and is "
                    + "not found"
            )
        }
    }

    private var whyEmpty: String {
        let exists = FileManager.default.fileExists(atPath: indexes.path)
        return
            "the folder \(indexes.path) \(exists ? "holds no index" : "does not exist"); make an index with "
            + "`gridkin build NAME --from FILE`, or name another folder with --indexes DIR or "
            + "$GRIDKIN_INDEXES"
    }

    private func print(_ entry: Entry) {
        let mark = entry.server == nil ? "current" : "served"
        let generations = entry.generations.map { $0 == entry.served ? "\($0) (\(mark))" : "\($0)" }
        let described =
            generations.isEmpty ? "no generation" : "generations " + generations.joined(separator: ", ")
        Console.print("\(entry.index)  \(described)")
        if let problem = entry.problem { Console.print("  \(problem)") }
        if let server = entry.server { Console.print("  " + server.described) }
        if entry.problem == nil, let builder = entry.builder {
            Console.print("  process \(builder) is building a new generation")
        }
    }

    private func entry(_ folder: IndexFolder) -> Entry {
        var served: Int?
        var problem: String?
        do throws(IndexError) { served = try folder.current() } catch { problem = error.message }
        return Entry(
            index: folder.name.text,
            served: served,
            generations: folder.generations(),
            builder: folder.builder,
            server: folder.server.map(Server.init),
            problem: problem
        )
    }
}
