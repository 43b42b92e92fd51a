import ArgumentParser
internal import Foundation
import Gateway
import LineProtocol
import Readings
internal import Verdicts

/// What the commands share that say what a person did about an incident.
struct MarkOptions: ParsableArguments {
    @OptionGroup var index: IndexOptions
    @Argument(help: "The number of the incident; `gridkin incidents` lists them.") var id: Int64
    @Option(name: .long, help: "Who did it.") var author: String?
    @Option(name: .long, help: "What is to be remembered of it.") var note: String?
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    /// Sends the mark to the running server of the index, or writes it into the journal.
    func send(_ verb: Verb, until: Timestamp? = nil) async throws {
        let conversation = IndexConversation(folder: try index.folder(), purpose: .label, options: server)
        let request = RequestLine.mark(verb, id, until: until, author: author, note: note)
        let object = try await conversation.ask(request)
        if output.json { return Console.print(object) }
        let marked = try ServerReply.object(object).decoded(as: ServerReply.Marked.self)
        Console.print("incident \(marked.id) of \(marked.meter) is \(marked.state)")
    }
}

private let markWay = """
    Sends it to the running server of the index; if none runs, writes it into the index's journal. It is on \
    the disk when the command returns. No verdict changes by it.
    """

struct AckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        abstract: "Says that a person has seen an incident.",
        discussion: "  gridkin ack demo 3 --author kim\n\n\(markWay)"
    )

    @OptionGroup var options: MarkOptions

    func run() async throws { try await options.send(.ack) }
}

struct ResolveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Says that an incident is over for those who look after it.",
        discussion: "  gridkin resolve demo 3 --note \"fuse changed\"\n\n\(markWay)"
    )

    @OptionGroup var options: MarkOptions

    func run() async throws { try await options.send(.resolve) }
}

struct SnoozeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snooze",
        abstract: "Says that nobody wants to hear of an incident for some time.",
        discussion: "  gridkin snooze demo 3 --for 4h\n\n\(markWay)"
    )

    @OptionGroup var options: MarkOptions
    @Option(name: .customLong("for"), help: "How long, such as 4h.", transform: DurationArgument.written)
    var time: DurationArgument

    func run() async throws {
        let now = Gateway.systemTime().milliseconds
        try await options.send(.snooze, until: Timestamp(milliseconds: now + time.milliseconds))
    }
}
