import Foundation

/// The shell blocks of a page, as one script.
struct DocumentedScript {
    /// A block marked `sh`.
    struct Block {
        /// The number of its first line in the page, from 1.
        let line: Int
        let text: String

        private var firstLine: Substring { text.prefix { $0 != "\n" } }

        /// Whether its first line says that no test runs it.
        var isLeftOut: Bool { firstLine.hasPrefix("#") && firstLine.contains("not run by the tests") }

        /// The programs that its first line says it needs.
        var needs: [String] {
            guard firstLine.hasPrefix("# needs ") else { return [] }
            return firstLine.dropFirst(8).split(whereSeparator: { " ,".contains($0) }).map(String.init)
        }

        /// Whether a test runs it on this machine.
        var isRun: Bool { !isLeftOut && needs.allSatisfy(Self.isInstalled) }

        private static func isInstalled(_ program: String) -> Bool {
            let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
        }
    }

    /// The page's path in the package's folder.
    let page: String
    let blocks: [Block]

    /// The README and every page of docs.
    static let pages: [String] = {
        let docs = (try? FileManager.default.contentsOfDirectory(atPath: root + "/docs")) ?? []
        return ["README.md"] + docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
    }()

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    init(page: String) throws {
        self.page = page
        let text = try String(contentsOfFile: Self.root + "/" + page, encoding: .utf8)
        var blocks: [Block] = []
        var block: (line: Int, text: String)?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let begun = block {
                if line.hasPrefix("```") {
                    blocks.append(Block(line: begun.line, text: begun.text))
                    block = nil
                } else {
                    block = (begun.line, begun.text + line + "\n")
                }
            } else if line == "```sh" {
                block = (index + 2, "")
            }
        }
        self.blocks = blocks
    }

    /// The blocks that are run, one after the other. The script ends at the first command that fails, names
    /// its block, and stops what it started in the background.
    ///
    /// - Parameter port: replaces the default port of a server, which another process may use.
    func text(port: Int) -> String {
        let body = blocks.filter(\.isRun).map { "block=\($0.line)\n" + $0.text }.joined()
        return """
            set -e
            finish() {
                code=$?
                [ "$code" = 0 ] || echo "the block at line $block failed" >&2
                jobs -p >background
                kill $(cat background) 2>/dev/null || :
                exit "$code"
            }
            trap finish EXIT

            """ + body.replacing("7171", with: "\(port)")
    }
}
