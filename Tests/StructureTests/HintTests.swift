import Foundation
import Testing

/// A message must not send its reader to an option that the command does not have: whoever reads files may be
/// any of `build`, `peek`, `score`, `evaluate` and `windows`.
@Suite("Options that messages name") struct HintTests {
    /// The options in a text, such as `--meter`.
    private static func options(in text: Substring) -> Set<String> {
        Set(text.matches(of: /--[a-z][a-z-]+/).map { String($0.output) })
    }

    /// The options that a group of options declares, by the names of its properties.
    private func declared(_ files: [SourceTree.File]) -> Set<String> {
        var found: Set<String> = []
        for file in files {
            let properties = file.text.matches(of: /\n    var ([a-z][A-Za-z]*)(?:: [^\n{]*|(?: = [^\n]*))\n/)
            for property in properties {
                let words = property.output.1.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }
                found.insert("--" + words.joined())
            }
        }
        return found
    }

    @Test("Sentences about files name options that all commands have that read files, or name the command")
    func readings() throws {
        let sources = try SourceTree.files(under: "Sources")
        let shared = ["ReadingOptions", "ColumnOptions", "TimezoneOption"]
        let declared = declared(
            sources.filter { file in
                shared.contains { file.path.hasSuffix("Options/\($0).swift") }
            }
        )
        for option in [
            "--from", "--meter", "--timezone", "--timezone-column", "--wide", "--within", "--labels",
        ] {
            #expect(declared.contains(option), "\(option) was not found among \(declared.sorted())")
        }
        #expect(declared.isDisjoint(with: ["--holidays", "--attributes", "--normal-from"]))
        var checked = 0
        for file in sources where file.target == "ReadingSources" {
            for (number, line) in file.lines.enumerated() where !line.contains("//") && line.contains("\"") {
                // Of two lines of a sentence the command may be in the first one.
                let before = number > 0 ? file.lines[number - 1] : ""
                for option in Self.options(in: line) where !declared.contains(option) {
                    let sentence = "\(before) \(line)"
                    #expect(
                        sentence.contains("build with \(option)") || sentence.contains("leave \(option) out"),
                        "\(file.path):\(number + 1) names \(option), which not every command has"
                    )
                }
                checked += Self.options(in: line).count
            }
        }
        #expect(checked > 30, "the sentences were not found")
    }
}
