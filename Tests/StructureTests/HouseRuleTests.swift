import Testing

@Suite struct HouseRuleTests {
    private func everything() throws -> [SourceTree.File] {
        // But for this folder, which names what it looks for.
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

    @Test func nothingIsTestedBehindItsAccessLevel() throws {
        #expect(try lines(everything(), with: /@testable/) == [])
    }

    @Test func nothingIsLeftForLater() throws {
        let endings = ["swift", "cpp", "hpp", "h"]
        let files = try SourceTree.files(under: "Sources", endings: endings)
        #expect(files.contains { $0.path.hasSuffix(".cpp") })
        #expect(lines(files, with: /\b(?:TODO|FIXME|XXX)\b/) == [])
    }

    @Test func nothingCrashesOnPurpose() throws {
        let files = try SourceTree.files(under: "Sources")
        #expect(lines(files, with: /fatalError\(|\btry!|\bas!/) == [])
    }

    @Test func filesAreShort() throws {
        for file in try SourceTree.files(under: "Sources", endings: ["swift", "cpp", "hpp", "h"]) {
            #expect(file.lines.count < 400, "\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test func atMostOnePromiseIsTakenOnTrust() throws {
        #expect(try lines(everything(), with: /@unchecked\s+Sendable/).count <= 1)
    }
}
