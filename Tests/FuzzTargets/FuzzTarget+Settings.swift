internal import SettingsFile

extension FuzzTarget {
    /// Every mistake is at a place within the file, in the order of places; what is read is read alike
    /// twice; no text has more than one line.
    func settings(_ bytes: [UInt8]) throws(BrokenPromise) {
        let (first, second) = (Self.reading(bytes), Self.reading(bytes))
        try BrokenPromise.unless(first == second, "a file is read alike twice")
        let lines =
            bytes.count { [10, 13].contains($0) }
            + String(decoding: bytes, as: UTF8.self).unicodeScalars
            .count { [0x85, 0x2028, 0x2029].contains($0.value) } + 1
        try BrokenPromise.unless(
            first.mistakes.allSatisfy { (1...lines + 1).contains($0.place.line) && $0.place.column > 0 },
            "a place is within the file"
        )
        try BrokenPromise.unless(first.mistakes.map(\.place.line).isSorted, "mistakes are told by place")
        try BrokenPromise.unless(
            first.mistakes.allSatisfy {
                !$0.sentence.contains(where: \.isNewline) && $0.sentence.utf8.count < 2_000
            },
            "a mistake is one line"
        )
        try BrokenPromise.unless(
            first.texts.allSatisfy { !$0.text.contains(where: \.isNewline) },
            "a value is one line"
        )
    }

    private struct SettingsReading: Equatable {
        var texts: [WrittenText] = []
        var mistakes: [SettingsMistake] = []
    }

    private static func reading(_ bytes: [UInt8]) -> SettingsReading {
        var result = SettingsReading()
        do {
            var section = try SettingsDocument.read(bytes, of: "fuzz")
            result.texts = [section.text("listen"), section.text("http")].compactMap(\.self)
            result.texts += section.texts("indexes") ?? []
            result.texts += (section.section("tls") { $0.text("cert") } ?? nil).map { [$0] } ?? []
            result.texts += section.sections("sinks") { $0.text("name") }?.compactMap(\.self) ?? []
            result.mistakes = section.mistakes
        } catch {
            result.mistakes = [error]
        }
        return result
    }
}

extension [Int] {
    fileprivate var isSorted: Bool { zip(self, dropFirst()).allSatisfy { $0 <= $1 } }
}
