import Foundation
import Incidents
import LineProtocol
import NIOCore
import TestSupport
import Testing
import Verdicts

@Suite("docs/protocol.md")
struct ProtocolDocumentTests {
    private let document: ProtocolDocument

    init() throws {
        document = try ProtocolDocument()
    }

    @Test("Every verb has a section with all of its forms", arguments: Verb.allCases)
    func verbs(verb: Verb) {
        #expect(document.text.contains("\n### \(verb.rawValue)\n"))
        // TRUTH's object form is described with QUERY's.
        for form in verb.usage where !(verb == .truth && form.contains("{")) {
            #expect(
                document.text.contains("\n    \(form)\n") || document.text.contains("\n\(form)\n"),
                "\(form)"
            )
        }
    }

    @Test("Every error code is in a list, and every code in a list is one", arguments: ErrorCode.allCases)
    func errorCodes(code: ErrorCode) {
        #expect(document.text.contains("\n| `\(code.rawValue)` | "))
    }

    @Test("No list has a code that does not exist")
    func noOtherCodes() {
        let rows = document.text.split(separator: "\n").filter { $0.hasPrefix("| `") && $0.contains("_") }
        for row in rows {
            let code = row.dropFirst(3).prefix { $0 != "`" }
            #expect(ErrorCode(rawValue: String(code)) != nil, "\(code)")
        }
    }

    @Test(
        "Every limit is in the list",
        arguments: [
            ("line", "\(grouped(RequestLimit.lineBytes)) bytes"),
            ("name", "\(grouped(RequestLimit.nameBytes)) bytes"),
            ("kind", "\(grouped(RequestLimit.kindBytes)) bytes"),
            ("time", "\(grouped(RequestLimit.timeBytes)) bytes"),
            ("token of `AUTH`", "\(grouped(RequestLimit.tokenBytes)) bytes"),
            ("values of a reading", grouped(RequestLimit.values)),
            ("readings of a window", grouped(RequestLimit.windowReadings)),
            ("size of a value", "1e\(Int(log10(RequestLimit.magnitude)))"),
            ("`k`", grouped(RequestLimit.neighbours)),
            ("`probes`", grouped(RequestLimit.probes)),
            ("`limit` of `JUDGEMENTS`", grouped(RequestLimit.judgements)),
            ("`limit` of `LABELS`", grouped(RequestLimit.labels)),
            ("readings of a `LABEL` or `UNLABEL`", grouped(RequestLimit.labelled)),
            ("texts beside a label", "\(grouped(RequestLimit.noteBytes)) bytes"),
            ("`limit` of `INCIDENTS`", grouped(RequestLimit.incidents)),
            ("`limit` of `REVIEW`", grouped(RequestLimit.incidents)),
            ("author of an incident's mark", "\(grouped(IncidentMark.authorBytes)) bytes"),
            ("note of an incident's mark", "\(grouped(IncidentMark.noteBytes)) bytes"),
            ("conditions", grouped(RequestLimit.conditions)),
            ("`interval` of a window", "\(grouped(RequestLimit.intervalSeconds)) seconds"),
            ("time ahead of the clock", "\(grouped(RequestLimit.futureSeconds)) seconds"),
            ("sentence of an error", "\(grouped(RequestLimit.sentenceBytes)) bytes"),
            ("requests answered together", grouped(RequestLimit.batch)),
        ]
    )
    func limits(what: String, limit: String) {
        #expect(document.text.contains("\n| \(what) | \(limit) | "))
    }

    @Test("The default of k is the one described")
    func defaultOfK() {
        #expect(document.text.contains("Without it, \(RequestLimit.defaultNeighbours)."))
    }

    @Test("Every request of the examples parses, or fails with the code of the reply below it")
    func examples() throws {
        // What the parser alone can find; the other codes need an index.
        let syntax: Set<ErrorCode> = [
            .badRequest, .unknownVerb, .badEncoding, .badTime, .badValue, .badLabel, .badFilter, .limit,
        ]
        let examples = document.connections.flatMap(\.self)
        #expect(examples.count > 40)
        for example in examples {
            let words = example.reply.split(separator: " ")
            let documented = words.first == "ERR" ? ErrorCode(rawValue: String(words[1])) : nil
            #expect(words.first == "OK" || documented != nil, "\(example.reply)")
            do {
                _ = try Request(parsing: ByteBuffer(string: example.request))
                #expect(!documented.map(syntax.contains).isTrue, "\(example.request) parses")
            } catch {
                #expect(error.code == documented, "\(example.request): \(error.sentence)")
            }
        }
        let verbs = Set(examples.compactMap { try? Request(parsing: ByteBuffer(string: $0.request)).verb })
        #expect(verbs == Set(Verb.allCases))
    }

    @Test("No request of the examples lacks its reply")
    func repliesComplete() {
        let lines = document.text.split(separator: "\n").filter { $0.hasPrefix(">") }
        #expect(lines.count == document.connections.joined().count)
    }
}

extension Bool? {
    fileprivate var isTrue: Bool { self == true }
}

/// A number with a comma before every third digit, as the document writes it.
private func grouped(_ number: Int) -> String {
    var digits = Array(String(number))
    for index in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: index) }
    return String(digits)
}
