import Foundation
import Testing

@Suite("The documents")
struct DocumentTests {
    @Test("Every link to a file or a heading of the package is valid")
    func links() throws {
        let documents = try Document.all()
        #expect(documents.count > 10)
        for document in documents {
            for link in document.links where !link.contains("://") {
                let target = Link(link, from: document.path)
                #expect(
                    FileManager.default.fileExists(atPath: SourceTree.root + "/" + target.path),
                    "\(document.path): \(link)"
                )
                guard let anchor = target.anchor, target.path.hasSuffix(".md") else { continue }
                let anchors = try Document(path: target.path).anchors
                #expect(anchors.contains(anchor), "\(document.path): \(link)")
            }
        }
    }

    @Test("Every page of docs is in the table of contents")
    func pages() throws {
        let contents = try Set(
            Document(path: "docs/README.md").links.map { Link($0, from: "docs/README.md").path }
        )
        let pages = try SourceTree.files(under: "docs", endings: ["md"]).map(\.path)
        for page in pages where page != "docs/README.md" {
            #expect(contents.contains(page), "docs/README.md does not name \(page)")
        }
    }

    @Test("The source tree of docs/design.md has every target")
    func sourceTree() throws {
        let page = try String(contentsOfFile: SourceTree.root + "/docs/design.md", encoding: .utf8)
        let section = try #require(page.components(separatedBy: "\n## The source tree\n").last)
        let words = Set(section.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        for target in try PackageTargets(SourceTree.manifest()).product {
            #expect(words.contains(target.name), "docs/design.md does not name \(target.name)")
        }
    }

    /// The beginnings of command lines in the documents, after the prompt if there is one.
    private static let commands = [
        "bin/", "gridkin ", "Benchmarks/", "Tests/Torture/", "apt-get ", "python3 ", "openssl ", "sqlite3 ",
        "printf ",
    ]

    private func isCommand(_ line: Substring) -> Bool {
        let line = line.trimmingPrefix(/\s*(?:[$#] )?/)
        return Self.commands.contains { line.hasPrefix($0) }
    }

    @Test("Commands are in blocks marked sh, which are tested")
    func commandsAreScripts() throws {
        for document in try Document.pages() {
            for line in document.lines where line.isCode && line.fence != "sh" {
                #expect(!isCommand(line.text), "\(document.path): \(line.text)")
            }
        }
    }

    @Test("Anchors are computed as GitHub does")
    func anchors() {
        #expect(Document.anchor(of: "What `evaluate` says, in short") == "what-evaluate-says-in-short")
    }
}

/// A Markdown file of the package.
struct Document {
    /// A line, with the code block to which it belongs.
    struct Line {
        let text: Substring
        /// The word after the opening fence; nil outside a fence.
        let fence: String?
        /// Whether it belongs to a code block, fenced or indented.
        let isCode: Bool
    }

    /// Relative to the package's folder.
    let path: String
    let lines: [Line]

    /// The documents of the package: the pages for users, and those that explain a folder.
    static func all() throws -> [Document] {
        let folders = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root + "/Benchmarks")
            .sorted()
        let readmes = ["indexes", "Tests/Torture", "Benchmarks"] + folders.map { "Benchmarks/\($0)" }
        return try pages()
            + readmes.map { $0 + "/README.md" }
            .filter { FileManager.default.fileExists(atPath: SourceTree.root + "/" + $0) }
            .map(Document.init)
    }

    /// The documents whose commands are tested.
    static func pages() throws -> [Document] {
        let docs = try SourceTree.files(under: "docs", endings: ["md"]).map(\.path)
        return try (["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] + docs).map(Document.init)
    }

    init(path: String) throws {
        self.path = path
        let text = try String(contentsOfFile: SourceTree.root + "/" + path, encoding: .utf8)
        var fence: String?
        var lines: [Line] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                fence = fence == nil ? String(line.dropFirst(3)) : nil
                continue
            }
            // An indented line continues a list unless a blank line or code is above it.
            let isIndented =
                line.hasPrefix("    ") && (lines.last.map { $0.text.isEmpty || $0.isCode } ?? true)
            lines.append(Line(text: line, fence: fence, isCode: fence != nil || isIndented))
        }
        self.lines = lines
    }

    /// The targets of the links, as written.
    var links: [String] {
        lines.filter { !$0.isCode }.flatMap { line in
            line.text.replacing(/`[^`]*`/, with: "").matches(of: /\]\(([^)\s]+)\)/).map {
                String($0.output.1)
            }
        }
    }

    /// The anchors of the headings, which a link may name after `#`.
    var anchors: Set<String> {
        Set(
            lines.filter { !$0.isCode && $0.text.hasPrefix("#") }.map {
                Self.anchor(of: $0.text.drop { $0 == "#" })
            }
        )
    }

    /// The anchor that GitHub makes of a heading.
    static func anchor(of heading: some StringProtocol) -> String {
        let kept = heading.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
        return kept.trimmingCharacters(in: .whitespaces).replacing(" ", with: "-")
    }
}

/// The target of a relative link.
private struct Link {
    /// Relative to the package's folder.
    let path: String
    let anchor: String?

    init(_ link: String, from document: String) {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        anchor = parts.count > 1 ? String(parts[1]) : nil
        let folder = URL(fileURLWithPath: "/" + document).deletingLastPathComponent()
        path =
            parts[0].isEmpty
            ? document : String(folder.appending(path: parts[0]).standardizedFileURL.path.dropFirst())
    }
}
