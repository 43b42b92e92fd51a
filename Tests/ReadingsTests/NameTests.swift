import Foundation
import Readings
import Testing

/// Names are their bytes, whatever Unicode says of two Strings.
@Suite struct NameTests {
    /// Pairs that are one String and two names.
    static let pairs: [(Name, Name)] = [
        ("caf\u{E9}", "cafe\u{301}"), ("K-7", "\u{212A}-7"), ("\u{C5}ngstrom", "\u{212B}ngstrom"),
        ("q\u{323}\u{307}", "q\u{307}\u{323}"), ("\u{AC00}", "\u{1100}\u{1161}"), ("a;b", "a\u{37E}b"),
    ]

    @Test(arguments: pairs) func equalStringsOfOtherBytesAreTwoNames(one: Name, other: Name) {
        #expect(one.text == other.text)
        #expect(one != other && one == one && Name(one.text) == one)
        #expect(Set([one, other, one]).count == 2)
        #expect([one: 1, other: 2][other] == 2)
        #expect((one < other) != (other < one))
        #expect(one.escaped != other.escaped)
    }

    /// The order of SQLite and of every tool that compares bytes.
    @Test func theOrderIsThatOfTheBytes() {
        let names: [Name] = [
            "", "1", "10", "9", "K", "Z", "a", "a\u{301}", "ab", "b", "\u{E1}", "\u{212A}", "\u{1F600}",
            "b\u{301}",
        ]
        let sorted = names.reversed().sorted()
        #expect(
            sorted.map { Array($0.text.utf8) }
                == names.map { Array($0.text.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        )
        for (one, other) in zip(sorted, sorted.dropFirst()) { #expect(one < other && !(other < one)) }
        #expect(!(names[3] < names[3]))
    }

    /// Short names live in the String itself, long ones elsewhere; both are equal however they were made.
    @Test(arguments: [0, 1, 14, 15, 16, 17, 255]) func equalBytesAreOneName(length: Int) {
        let one = Name(String(repeating: "x", count: length))
        let other = Name(String(decoding: [UInt8](repeating: 0x78, count: length), as: UTF8.self))
        #expect(one == other && one.hashValue == other.hashValue && !(one < other) && !(other < one))
        #expect(one != Name(other.text + "x") && one < Name(other.text + "x"))
        let part = ("--" + other.text + "--").dropFirst(2).dropLast(2)
        #expect(Name(String(part)) == one)
    }

    @Test func escapesShowWhatIsThere() {
        #expect(Name("caf\u{E9}").escaped == #"caf\u{00E9}"#)
        #expect(Name("cafe\u{301}").escaped == #"cafe\u{0301}"#)
        #expect(Name("house-001").escaped == "house-001")
    }

    @Test func jsonKeepsTheBytes() throws {
        let names: [Name] = ["caf\u{E9}", "cafe\u{301}", "\u{212A}", "K", "a \"b\" \\"]
        let bytes = try JSONEncoder().encode(names)
        #expect(try JSONDecoder().decode([Name].self, from: bytes) == names)
    }

    @Test func lookalikesAreFound() {
        let names: [Name] = ["b", "cafe\u{301}", "K", "caf\u{E9}", "\u{212A}", "b", "cafe"]
        #expect(names.lookalikes == [["K", "\u{212A}"], ["cafe\u{301}", "caf\u{E9}"]])
        #expect(names.warning(ofLookalike: "meters")?.contains(#"`cafe\u{0301}` and `caf\u{00E9}`"#) == true)
        #expect(["b", "a", "b"].map { Name($0) }.warning(ofLookalike: "meters") == nil)
        let many = (0..<5).flatMap { [Name("\u{E9}\($0)"), Name("e\u{301}\($0)")] }
        #expect(many.warning(ofLookalike: "meters")?.hasSuffix(" and 2 more") == true)
    }

    @Test func theNameThatWasMeantShowsTheDifference() {
        let names: [Name] = ["caf\u{E9}", "house-001"]
        #expect(Name("cafe\u{301}").meant(among: names)?.hasPrefix(#"`caf\u{00E9}`"#) == true)
        #expect(Name("house-01").meant(among: names) == "`house-001`")
        #expect(Name("something else").meant(among: names) == nil)
    }
}
