import Foundation
import Readings
internal import Storage

extension Demo {
    /// Suggests what to type next; every line works as printed.
    ///
    /// - Parameter answers: the live readings that the index holds by now.
    func suggest(after answers: [LiveAnswer]) {
        page.end("WHAT TO TYPE NEXT; the index `\(DemoPlace.name)` stays in \(place.index.path)")
        let held = answers.map(\.reading)
        if let last = held.last {
            let next = nextReadings(after: held).first { $0.meter == last.meter } ?? last
            let values = next.values.map { $0.isNaN ? "-" : "\($0)" }
            suggest(["query", DemoPlace.name, next.meter.text, next.time.description] + values)
            suggest(["label", DemoPlace.name, last.meter.text, last.time.description, "normal"])
        }
        suggest(["rebuild", DemoPlace.name])
        suggest(["inspect", DemoPlace.name])
        suggest(["rollback", DemoPlace.name, "--to", "1"])
        suggest(["serve", DemoPlace.name])
        page.line("and in another terminal, to see where it listens; query and label then ask it:")
        suggest(["list"])
        if readings.hasTruth {
            page.line("The figures above once more, from files:")
            let cut = readings.cut.description
            suggest(["build", "again"] + source + ["--until", cut])
            suggest(["evaluate", "again"] + source + ["--since", cut] + end(held))
        }
        page.line(own == nil ? "The same on readings of your own:" : "An index of your own:")
        if own == nil {
            page.line("  \(suggestions.demo) FILE.csv")
        } else {
            suggest(["build", "mine"] + source)
        }
    }

    private func suggest(_ words: [String]) {
        page.line("  " + suggestions.command(words))
    }

    /// `--until`, if some of the live readings were left out.
    private func end(_ held: [LiveReading]) -> [String] {
        guard held.count < readings.live.count, let next = readings.live.dropFirst(held.count).first else {
            return []
        }
        return ["--until", next.time.description]
    }

    /// The options of `build` that name the files and their columns.
    private var source: [String] {
        guard let own else { return ["--from", place.gridPath] }
        let words = ["--from"] + own.from
        let zone = own.zone.timezone.map { ["--timezone", $0.identifier] } ?? []
        return words + own.columns.words + zone
    }
}

/// Commands for the reader to type: with the program's name and the options as they gave them.
struct Suggestions {
    /// The program, as the reader may type it.
    let program: String
    /// The script that runs the demo.
    let demo: String
    /// `--indexes DIR`, if it was given.
    let indexes: [String]

    init(indexes: String?) {
        program = ProcessInfo.processInfo.environment["GRIDKIN_COMMAND"] ?? "gridkin"
        let folder = (program as NSString).deletingLastPathComponent
        demo = program.contains("/") ? folder + "/demo" : program + " demo"
        self.indexes = indexes.map { ["--indexes", $0] } ?? []
    }

    /// A command to type, quoted for a shell.
    func command(_ words: [String]) -> String {
        ([program] + words + indexes).map(Self.quoted).joined(separator: " ")
    }

    static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."),
                UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: ","):
                true
            default:
                false
            }
        }
        return plain && !word.isEmpty ? word : "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
