import SettingsFile
import Testing

@Suite("Sections of a settings file")
struct SectionTests {
    private func read(_ text: String) throws -> Section {
        try SettingsDocument.read(Array(text.utf8), of: "a.yaml")
    }

    private func sentences(_ section: Section) -> [String] { section.mistakes.map(\.description) }

    @Test("Values are read as they are written, with their places")
    func values() throws {
        var section = try read(
            """
            # a comment
            listen: 127.0.0.1:7171
            on: yes
            number: 0x10
            quoted: "a: b"
            names: [one, 'two three']
            tls: {cert: a.pem}
            sinks:
              - {name: x}
              - name: y
            """
        )
        #expect(
            section.text("listen")
                == WrittenText("127.0.0.1:7171", at: Place(file: "a.yaml", line: 2, column: 9))
        )
        #expect(section.text("on")?.text == "yes")
        #expect(section.text("number")?.text == "0x10")
        #expect(section.text("quoted")?.text == "a: b")
        #expect(section.texts("names")?.map(\.text) == ["one", "two three"])
        #expect(section.texts("names")?.last?.place.column == 14)
        let certificate: WrittenText?? = section.section("tls") { $0.text("cert") }
        #expect(certificate??.text == "a.pem")
        let names = section.sections("sinks") { $0.text("name")?.text }
        #expect(names == ["x", "y"])
        #expect(section.text("absent") == nil)
        #expect(section.mistakes.isEmpty)
    }

    @Test("An empty file has no keys", arguments: ["", "\n", "# nothing\n", "---\n", "{}", "~"])
    func empty(text: String) throws {
        var section = try read(text)
        #expect(section.text("listen") == nil)
        #expect(section.mistakes.isEmpty)
    }

    @Test("Keys that nobody asked for are told with the nearest one, those of other forms with what to write")
    func mistakes() throws {
        var section = try read(
            """
            lisen: 1
            listen: [a]
            http:
            names: lead
            tls: x
            zzzzzzzz: 1
            sinks: [a, {nam: b}]
            text: |
              one
              two
            """
        )
        _ = (section.text("listen"), section.text("http"), section.texts("names"), section.text("text"))
        _ = section.section("tls") { _ in 0 }
        _ = section.sections("sinks") { $0.text("name") }
        #expect(
            sentences(section) == [
                "a.yaml:1:1: there is no key `lisen` here; did you mean listen?",
                "a.yaml:2:9: listen is one value here, and not a list",
                "a.yaml:3:6: http has no value; write one, or leave it out",
                "a.yaml:4:8: names is a list, such as [first, second], and not one value",
                "a.yaml:5:6: tls is a section, such as {key: value}, and not one value",
                "a.yaml:6:1: there is no key `zzzzzzzz` here; the keys here are listen, http, names, text, tls, sinks",
                "a.yaml:7:9: sinks is a section, such as {key: value}, and not one value",
                "a.yaml:7:13: there is no key `nam` here; did you mean name?",
                "a.yaml:8:7: text is one line of text",
            ]
        )
    }

    @Test("A key that is there twice is told with everything else")
    func twice() throws {
        var section = try read(
            "listen: a\nhttp: b\nlisten: c\nhttp: d\nlisten: e\nother: 1"
        )
        _ = (section.text("listen"), section.text("http"))
        let found = sentences(section)
        #expect(found.contains("a.yaml:1:1: `listen` is there twice, in line 5 again; keep one"), "\(found)")
        #expect(found.contains("a.yaml:3:1: `listen` is there twice, in line 5 again; keep one"), "\(found)")
        #expect(found.contains("a.yaml:2:1: `http` is there twice, in line 4 again; keep one"), "\(found)")
        #expect(found.contains { $0.hasPrefix("a.yaml:6:1: there is no key `other`") }, "\(found)")
    }

    @Test("Quoted keys that are there twice end the reading")
    func quotedTwice() {
        #expect(throws: SettingsMistake.self) { try read("'a': 1\n\"a\": 2") }
    }

    @Test(
        "What is no YAML is told at its place",
        arguments: [
            ("listen: a: b", "a.yaml:1:10:", "in quotes"),
            ("tls:\n\tcert: x", "a.yaml:2:", "tabs"),
            ("a: [1, 2", "a.yaml:", "no YAML"),
            ("a: @b", "a.yaml:1:4:", "quotes"),
            ("a: *b", "a.yaml:1:4:", "begins with *"),
            ("a: 1\n---\nb: 2", "a.yaml:2:1:", "second document"),
            ("- a\n- b", "a.yaml:1:1:", "key: value"),
            ("word", "a.yaml:1:1:", "key: value"),
            ("? [a]\n: b", "a.yaml:1:3:", "a key is a word"),
            ("a: &x 1\nb: *x", "a.yaml:1:4:", "&name"),
            ("a: !secret x", "a.yaml:1:4:", "tag"),
            ("a: \u{1}", "a.yaml:1:4:", "control character"),
            ("<<: {a: 1}", "a.yaml:1:1:", "no key `<<`"),
        ]
    )
    func noYAML(text: String, place: String, words: String) {
        let said: String
        do {
            let section = try read(text)
            said = section.mistakes.map(\.description).joined(separator: "\n")
        } catch { said = "\(error)" }
        #expect(said.hasPrefix(place) && said.contains(words), "\(said)")
    }

    @Test("Bytes that are no UTF-8")
    func bytes() {
        #expect(
            throws: SettingsMistake(Place(file: "x", line: 2), "this is no UTF-8; save the file as UTF-8")
        ) {
            try SettingsDocument.read([97, 58, 32, 49, 10, 0xFF, 10], of: "x")
        }
    }

    @Test("Files that grow when they are read are refused at once")
    func bombs() {
        let bomb = (1..<40).reduce("a0: &a0 [x, x]\n") { text, level in
            text + "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n"
        }
        let key = bomb + "? *a39\n: 1\n"
        let deep = String(repeating: "[", count: 9_000)
        let chain = (1...4).reduce(
            "a0: &a0 \(String(repeating: "[", count: 900))x\(String(repeating: "]", count: 900))\n"
        ) {
            $0 + "a\($1): &a\($1) "
                + String(repeating: "[", count: 900) + "*a\($1 - 1)" + String(repeating: "]", count: 900)
                + "\n"
        }
        let wide = "a: [" + String(repeating: "1,", count: 20_000) + "]"
        let long = "a: " + String(repeating: "x", count: 70_000)
        for text in [bomb, key, deep, chain, chain + "? *a4\n: 1", wide, long, "a: " + deep] {
            #expect(throws: SettingsMistake.self, "\(text.prefix(60))") { try read(text) }
        }
    }

    @Test("Signs in values and comments are no aliases")
    func signs() throws {
        var section = try read("# *one* *two* *three* *four* *five* *six*\nurl: http://h/?a=b&c=d")
        #expect(section.text("url")?.text == "http://h/?a=b&c=d")
    }
}
