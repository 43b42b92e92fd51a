internal import Readings
internal import Verdicts

extension LineScanner {
    /// Reads the word of a state: a token, or a JSON string; `-` for a missing value.
    ///
    /// - Parameter place: of the value, from 0.
    /// - Returns: its code; nil if the value is no state's, or if a condition or an option comes next.
    mutating func stateValue(at place: Int, _ text: Span<UInt8>) throws(RequestError) -> Double? {
        guard !states.isEmpty, let state = states.state(ofColumn: place), !isAtEnd(text) else { return nil }
        if text[at] == UInt8(ascii: "\"") { return try code(of: try word(state.name.text, text), state) }
        let start = at
        let written = token(text)
        let isOption = written.contains { text[$0] == UInt8(ascii: "=") }
        let value = text.string(written)
        if isOption || value.uppercased() == "WHERE" {
            at = start
            return nil
        }
        return value == "-" ? .nan : try code(of: value, state)
    }

    /// Reads the word of a state in JSON: a string, or `null` for a missing value.
    ///
    /// - Returns: its code; nil if the value is no state's.
    mutating func jsonStateValue(at place: Int, _ text: Span<UInt8>) throws(RequestError) -> Double? {
        guard !states.isEmpty, let state = states.state(ofColumn: place) else { return nil }
        if takeNull(text) { return .nan }
        return try code(of: try jsonString("value of the state `\(state.name)`", text), state)
    }

    /// The code of a word; that of any other word for one that the index does not know.
    private func code(of word: String, _ state: State) throws(RequestError) -> Double {
        let code = state.code(of: Name(word))
        if code == state.otherCode, Self.missing.contains(word.lowercased()) || word.isEmpty {
            throw RequestError(
                .badValue,
                "'\(word.prefix(40))' is no word of the state `\(state.name)`; \(Self.adviceOnMissing)"
            )
        }
        return Double(code)
    }

    /// Where the states are among the values, as the end of a sentence about a word in another place; empty
    /// if there are none.
    var placesOfStates: String {
        guard !states.isEmpty else { return "" }
        return "; the index has words as "
            + states.all.map { "value \($0.column + 1), `\($0.name)`" }
            .joined(separator: ", ")
    }
}
