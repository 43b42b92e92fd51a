internal import Readings
internal import Text

// What is refused where no header says what columns are.

extension FormDecision {
    /// Refuses a file without a header that has a column of different texts: what it names, only a name would
    /// say.
    func refuseUnnamedText(_ leftOut: [Int: String]) throws(ReadingsError) {
        guard form.shape.headerLine == nil, choice.headerLine == nil, form.given.taken.isEmpty else { return }
        let unclear = leftOut.keys.sorted().first { form.sample.isText($0) && !form.columns[$0].isConstant }
        guard let unclear else { return }
        throw ReadingsError(
            .headerMissing,
            file: form.file,
            line: form.shape.firstRowLine,
            "there is no header, and the column \(unclear + 1) holds text: add a header with the names of the columns, or "
                + "say what they are by their places, such as --meter \(unclear + 1); --header-line N names the line of "
                + "a header that was not found, and 0 says that there is none"
        )
    }

    /// Refuses a file without a header whose numbers were cut in two at a decimal comma: the numbers come in
    /// pairs, and a second one is no number of its own, since it begins with zeros, or never ends with
    /// one, or the days are written as where the comma is the decimal mark.
    func refuseUnnamedHalves() throws(ReadingsError) {
        guard form.shape.headerLine == nil, choice.headerLine == nil, form.given.taken.isEmpty,
            form.shape.delimiter == Byte.comma
        else { return }
        let rest = names.indices.filter { !form.times.all.contains($0) && form.filled[$0] > 0 }
        let pairs = stride(from: 0, to: rest.count - 1, by: 2).map { (rest[$0], rest[$0 + 1]) }
        guard !pairs.isEmpty, rest.count == pairs.count * 2,
            pairs.allSatisfy({ $0.1 == $0.0 + 1 && isWhole($0.0) && form.sample.isWhole($0.1) }),
            hasDottedDays || pairs.contains(where: { isFraction($0.1) })
        else { return }
        throw ReadingsError(
            .headerMissing,
            file: form.file,
            line: form.shape.firstRowLine,
            "there is no header, and the columns \(rest[0] + 1) and \(rest[1] + 1) are probably the halves of numbers with a "
                + "decimal comma that is no mark between fields: write them with quotes, or with a semicolon between fields; "
                + "--header-line 0 reads them as they stand"
        )
    }

    /// Whether days are written as where the comma is the decimal mark.
    private var hasDottedDays: Bool {
        form.sample.cells(form.times.day).first.map { $0.count { $0 == "." } == 2 } ?? false
    }

    private func isWhole(_ column: Int) -> Bool {
        let cells = form.sample.cells(column).filter { !$0.isEmpty }
        return !cells.isEmpty
            && cells.allSatisfy { $0.drop { $0 == "-" }.utf8.allSatisfy { $0.digit <= 9 } }
    }

    private func isFraction(_ column: Int) -> Bool {
        let cells = form.sample.cells(column).filter { $0.count > 1 }
        if cells.contains(where: { $0.hasPrefix("0") }) { return true }
        return Set(cells).count >= 50 && !cells.contains { $0.hasSuffix("0") }
    }
}
