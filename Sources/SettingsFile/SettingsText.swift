internal import Yams

/// The text of a settings file, before it is read as YAML.
enum SettingsText {
    /// The most words like `*name`. Anything more may stand for more values than memory holds.
    private static let mostAliases = 4

    /// The text of some bytes.
    ///
    /// - Throws: ``SettingsMistake`` if they are too many, no UTF-8, or hold characters that no text has.
    static func checked(_ bytes: [UInt8], of file: String) throws(SettingsMistake) -> String {
        guard bytes.count <= SettingsDocument.mostBytes else {
            throw SettingsMistake(
                Place(file: file),
                "it has \(bytes.count) bytes; a settings file has at most \(SettingsDocument.mostBytes)"
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SettingsMistake(placeOfBadBytes(bytes, file), "this is no UTF-8; save the file as UTF-8")
        }
        if let index = text.unicodeScalars.firstIndex(where: isControl) {
            throw SettingsMistake(
                text.unicodeScalars.place(of: index, in: file),
                "a control character (U+\(String(text.unicodeScalars[index].value, radix: 16))); remove it"
            )
        }
        if let index = text.unicodeScalars.indexOfTooManyAliases(mostAliases) {
            throw SettingsMistake(
                text.unicodeScalars.place(of: index, in: file),
                "`&name` and `*name` are not used here, and this is the \(mostAliases + 1)th `*name`; "
                    + "write the value where it counts"
            )
        }
        return text
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 9, 10, 13, 0x85, 0xFEFF: false
        case 0..<32, 127..<160, 0xFFFE, 0xFFFF: true
        default: false
        }
    }

    /// The line with the first bytes that are no UTF-8.
    private static func placeOfBadBytes(_ bytes: [UInt8], _ file: String) -> Place {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
        return Place(file: file, line: line + 1)
    }
}

extension String.UnicodeScalarView {
    /// Where a position of Yams is: lines end as YAML says, columns count scalars.
    func index(of mark: Mark) -> Index? {
        var (line, index) = (1, startIndex)
        while line < mark.line {
            guard let end = self[index...].firstIndex(where: Self.isBreak) else { return nil }
            index = self.index(after: end)
            if self[end] == "\r", index < endIndex, self[index] == "\n" { formIndex(after: &index) }
            line += 1
        }
        return self.index(index, offsetBy: mark.column - 1, limitedBy: endIndex).flatMap {
            $0 < endIndex ? $0 : nil
        }
    }

    /// The place of a position.
    func place(of index: Index, in file: String) -> Place {
        let before = self[..<index]
        let line = before.reduce(1) { $0 + ($1 == "\n" ? 1 : 0) }
        let column = before.reversed().prefix { $0 != "\n" }.count + 1
        return Place(file: file, line: line, column: column)
    }

    /// Where one `*name` too many is, if anything is called `&name`. Quotes and comments are not looked at:
    /// what a file without aliases holds of both is little.
    fileprivate func indexOfTooManyAliases(_ most: Int) -> Index? {
        guard names(after: "&", most: 1).first != nil else { return nil }
        return names(after: "*", most: most + 1).dropFirst(most).first
    }

    private func names(after sign: Unicode.Scalar, most: Int) -> [Index] {
        var (found, index) = ([Index](), startIndex)
        while let next = self[index...].firstIndex(of: sign), found.count < most {
            index = self.index(after: next)
            // Behind a letter it is a part of a word, as in an address.
            let isInWord = next > startIndex && Self.isOfName(self[self.index(before: next)])
            if !isInWord, index < endIndex, Self.isOfName(self[index]) { found.append(next) }
        }
        return found
    }

    /// Whether names of anchors may begin with it.
    private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_"
            || scalar == "-"
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar)
    }
}
