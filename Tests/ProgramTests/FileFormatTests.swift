import Foundation
import GRDB
import ProgramSupport
import TestSupport
import Testing

@Suite("The forms of files in docs/files.md")
struct FileFormatTests {
    /// A block of the page: a file, the options it needs, and what `peek` prints of it.
    struct Example: CustomTestStringConvertible, Sendable {
        let name: String
        /// Whether the file is a database, and given as the commands that make it.
        let isDatabase: Bool
        let options: [String]
        let file: String
        let readings: [String]

        var testDescription: String { name }
    }

    private static let page: String = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return (try? String(contentsOf: root.appending(path: "docs/files.md"), encoding: .utf8)) ?? ""
    }()

    /// The blocks marked `csv NAME OPTIONS`, `json NAME OPTIONS` or `sql NAME OPTIONS`, each with the block
    /// below it.
    static let examples: [Example] = {
        let blocks = page.replacingOccurrences(of: "\n```json ", with: "\n```csv ")
            .replacingOccurrences(of: "\n```sql ", with: "\n```csv ")
            .components(separatedBy: "\n```csv ").dropFirst()
        return blocks.map { block in
            let lines = block.components(separatedBy: "\n")
            let words = lines[0].split(separator: " ").map(String.init)
            let end = lines.firstIndex(of: "```") ?? lines.count
            let below = lines[end...].drop { $0 != "```text" }.dropFirst().prefix { $0 != "```" }
            return Example(
                name: words[0],
                isDatabase: words[0].hasSuffix(".db"),
                options: Array(words.dropFirst()),
                file: lines[1..<end].joined(separator: "\n") + "\n",
                readings: Array(below)
            )
        }
    }()

    @Test("Each is read as the page says", arguments: examples)
    func peeks(example: Example) throws {
        let folder = try TemporaryFolder()
        if example.isDatabase {
            let queue = try DatabaseQueue(path: folder.path(example.name))
            try queue.write { try $0.execute(sql: example.file) }
            try queue.close()
        } else {
            try folder.file(example.name, example.file)
        }
        let output = try Program.succeed(["peek", example.name] + example.options, in: folder).output
        #expect(!example.readings.isEmpty)
        #expect(output.contains(example.readings.joined(separator: "\n") + "\n"), "\(output)")
        #expect(output.contains("gridkin build NAME --from \(example.name)"))
    }

    @Test("There are as many as the page needs")
    func count() { #expect(Self.examples.count >= 12) }
}
