import Foundation
import Testing

/// Rules of CONTRIBUTING.md that a compiler does not check.
@Suite struct HouseRuleTests {
    /// All Swift files except those of this folder, which contain what they search for.
    private func everything() throws -> [SourceTree.File] {
        try SourceTree.files(under: "Sources")
            + SourceTree.files(under: "Tests")
            .filter { $0.target != "StructureTests" }
    }

    private func lines(_ files: [SourceTree.File], with pattern: Regex<Substring>) -> [String] {
        files.flatMap { file in
            file.lines.enumerated().filter { $0.element.contains(pattern) }.map {
                "\(file.path):\($0.offset + 1)"
            }
        }
    }

    @Test func testsUseNoPrivateAccess() throws {
        #expect(try lines(everything(), with: /@testable/) == [])
    }

    @Test func nothingIsUnfinished() throws {
        let endings = ["swift", "cpp", "hpp", "h"]
        let files = try SourceTree.files(under: "Sources", endings: endings)
        #expect(files.contains { $0.path.hasSuffix(".cpp") })
        #expect(lines(files, with: /\b(?:TODO|FIXME|XXX)\b/) == [])
    }

    /// A compiler notices the marks of a conflict in code; in a document nobody does.
    @Test func noConflictIsLeft() throws {
        let endings = ["swift", "c", "cpp", "hpp", "h", "modulemap"]
        let code = try ["Sources", "Tests"].flatMap { try SourceTree.files(under: $0, endings: endings) }
        let documents = try Document.all().map { document in
            let path = SourceTree.root + "/" + document.path
            return SourceTree.File(
                path: document.path,
                text: try String(contentsOfFile: path, encoding: .utf8)
            )
        }
        let manifest = SourceTree.File(path: "Package.swift", text: try SourceTree.manifest())
        let marks = ["<<<<<<<", "|||||||", ">>>>>>>"]
        for file in code + documents + [manifest] {
            let found = file.lines.filter { line in marks.contains { line.hasPrefix($0) } }
            #expect(found.isEmpty, "\(file.path) has the marks of a conflict")
        }
    }

    @Test func nothingCrashesOnPurpose() throws {
        let files = try SourceTree.files(under: "Sources")
        #expect(lines(files, with: /fatalError\(|\btry!|\bas!/) == [])
    }

    @Test func atMostOneTypeIsSendableUnchecked() throws {
        #expect(try lines(everything(), with: /@unchecked\s+Sendable/).count <= 1)
    }

    private static let mostLines = 400
    private static let mostColumns = 110

    @Test func filesAreShort() throws {
        let sources = try SourceTree.files(under: "Sources", endings: ["swift", "cpp", "hpp", "h"])
        for file in try sources + SourceTree.files(under: "Tests") {
            #expect(file.lineCount <= Self.mostLines, "\(file.path) has \(file.lineCount) lines")
        }
    }

    /// swift-format breaks lines of code, but not comments.
    @Test func linesAreNarrow() throws {
        for file in try SourceTree.files(under: "Sources") + SourceTree.files(under: "Tests") {
            let wide = Self.wideLines(of: file)
            #expect(wide.isEmpty, "\(file.path) has lines wider than \(Self.mostColumns) columns: \(wide)")
        }
    }

    /// The numbers of the lines that are too wide without their string literals and URLs.
    private static func wideLines(of file: SourceTree.File) -> [Int] {
        let lines = file.lines
        guard lines.contains(where: { $0.utf8.count > mostColumns }) else { return [] }
        var wide: [Int] = []
        var isInText = false
        for (index, line) in lines.enumerated() {
            let wasInText = isInText
            if line.contains("\"\"\""), line.matches(of: /"{3}/).count % 2 == 1 { isInText.toggle() }
            guard !wasInText, !isInText, line.utf8.count > mostColumns, line.count > mostColumns else {
                continue
            }
            let rest = line.replacing(/"(?:\\.|[^"\\])*"/, with: "\"\"").replacing(/https?:\/\/\S+/, with: "")
            if rest.count > mostColumns { wide.append(index + 1) }
        }
        return wide
    }

    @Test func wideLinesAreFound() {
        let long = String(repeating: "word ", count: 25)
        let text = """
            // \(long)
            let short = "\(long)"
            // https://example.com/\(long.replacing(" ", with: "-"))
            let both = "\(long)" + \(long)
            """
        #expect(Self.wideLines(of: SourceTree.File(path: "a.swift", text: text)) == [1, 4])
    }
}
