import Foundation
import Testing

@Suite("docs/guarantees.md and docs/torture.md")
struct GuaranteeTests {
    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: SourceTree.root + "/" + path, encoding: .utf8)
    }

    private func suites(in text: some StringProtocol) -> [String] {
        String(text).matches(of: /`(\w+Tests\/\w+Tests)`/).map { String($0.output.1) }
    }

    @Test("Each promise names a test that tries to break it, and each test named is there")
    func promises() throws {
        let sections = try text("docs/guarantees.md").components(separatedBy: "\n## ").dropFirst()
        let promises = sections.filter { section in
            !["Contents", "Not promised", "Counts"].contains { section.hasPrefix($0) }
        }
        #expect(promises.count == 9)
        for promise in promises {
            let named = suites(in: promise)
            #expect(!named.isEmpty, "\(promise.prefix(40))")
            for suite in named {
                let source = try text("Tests/\(suite).swift")
                #expect(source.contains("@Test"), "\(suite)")
            }
        }
    }

    @Test("Each part of the torture is a command, and each command is told of")
    func parts() throws {
        let told = try text("docs/torture.md").matches(of: /\n\| `([a-z]+)` \|/).map { String($0.output.1) }
        let script = try text("Tests/Torture/run")
        let parts = script.matches(of: /\n([a-z| ]+)\)/).flatMap { match in
            match.output.1.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(Set(told) == Set(parts).subtracting(["all"]))
    }
}
