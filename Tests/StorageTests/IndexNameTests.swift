import Foundation
import Storage
import TestSupport
import Testing
import Verdicts

@Suite struct IndexNameTests {
    @Test(arguments: [
        "a", "lead", "Lead-2016_v1.2", "0", "-", "_", "a.", "a..b", String(repeating: "x", count: 64),
    ])
    func areTaken(name: String) throws {
        #expect(try IndexName(name).text == name && IndexName(name).description == name)
    }

    @Test(arguments: [
        "", ".", "..", "...", ".hidden", "../lead", "a/b", "/etc", "a/../b", "lead/", "a\\b", "a b", " lead",
        "lead ",
        "lead\n", "a\0", "\0", "käse", "ｌead", "a:b", "~", "~root", "$HOME", "*", "a%2f", "a\u{202e}b",
        "lead\u{301}",
        String(repeating: "x", count: 65), String(repeating: "../", count: 20),
    ])
    func areRefused(name: String) {
        let error = #expect(throws: IndexError.self) { try IndexName(name) }
        #expect(error?.code == .badName)
    }

    @Test func listSkipsWhatIsNoIndex() throws {
        let home = try TemporaryFolder()
        let files = FileManager.default
        for path in [
            "b/generations", "a/generations", "no-generations", ".hidden/generations", "b b/generations",
        ] {
            try files.createDirectory(atPath: home.path(path), withIntermediateDirectories: true)
        }
        try Data([1]).write(to: URL(fileURLWithPath: home.path("file")))
        #expect(IndexFolder.all(in: home.path).map(\.name.text) == ["a", "b"])
        #expect(IndexFolder.all(in: home.path("nothing")).isEmpty)
    }
}
