import Foundation
import Testing

@Suite("docs/guarantees.md")
struct GuaranteeTests {
    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: SourceTree.root + "/" + path, encoding: .utf8)
    }

    /// The sections of the page, each beginning with its title.
    private func sections() throws -> [String] {
        Array(try text("docs/guarantees.md").components(separatedBy: "\n## ").dropFirst())
    }

    private func suites(in text: some StringProtocol) -> [String] {
        String(text).matches(of: /`(\w+Tests\/\w+Tests)`/).map { String($0.output.1) }
    }

    @Test("Each promise names a test that tries to break it, and each named test exists")
    func promises() throws {
        let promises = try sections().filter { section in
            !["Contents", "Not promised", "Torture", "Counts"].contains { section.hasPrefix($0 + "\n") }
        }
        #expect(promises.count == 10)
        for promise in promises {
            let named = suites(in: promise)
            #expect(!named.isEmpty, "\(promise.prefix(40))")
            for suite in named {
                let source = try text("Tests/\(suite).swift")
                #expect(source.contains("@Test"), "\(suite)")
            }
        }
    }

    @Test("Each part of the torture is described, and each described part is a command")
    func parts() throws {
        let section = try #require(sections().first { $0.hasPrefix("Torture\n") })
        let described = section.matches(of: /\n\| `([a-z]+)` \|/).map { String($0.output.1) }
        let script = try text("Tests/Torture/run")
        let parts = script.matches(of: /\n([a-z| ]+)\)/).flatMap { match in
            match.output.1.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(Set(described) == Set(parts).subtracting(["all"]))
    }

    @Test("Each part of the torture has its counts")
    func counts() throws {
        let section = try #require(sections().first { $0.hasPrefix("Torture\n") })
        let described = section.matches(of: /\n\| `([a-z]+)` \|/).map { String($0.output.1) }
        let counts = try #require(sections().first { $0.hasPrefix("Counts\n") })
        for part in described { #expect(counts.contains("\n| `\(part)"), "\(part)") }
    }
}
