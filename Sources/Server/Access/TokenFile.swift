// One line a token, its permission before it, `#` for remarks: nothing that needs a parser of its own, and
// nothing that a shell's `echo` cannot write.
//
//     # the gateway in the cellar
//     read-write 7c0b5a90f6ae4b2f9d1e
//     read-only  3f7d22c18e5b40a6b8aa

/// The tokens that a file holds.
public enum TokenFile {
    /// Bytes of the shortest token: 16 hexadecimal digits are 64 bits of chance, and no token is to be a
    /// word.
    static let shortest = 16
    static let longest = 1_024

    /// Reads a file of tokens.
    ///
    /// - Returns: at least one.
    /// - Throws: ``AccessError`` with everything that is wrong with it; never with anything that stands in
    ///   it.
    public static func read(_ path: String) throws(AccessError) -> [AccessToken] {
        let text = String(decoding: try SecretFile.read(path), as: UTF8.self)
        var tokens: [AccessToken] = []
        var problems: [String] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard words.count == 2, let permission = Permission(rawValue: String(first)) else {
                problems.append("line \(index + 1) is not `read-only TOKEN` or `read-write TOKEN`")
                continue
            }
            guard (shortest...longest).contains(words[1].utf8.count) else {
                problems.append("the token in line \(index + 1) has not \(shortest) to \(longest) bytes")
                continue
            }
            guard !tokens.contains(where: { $0.equals(Array(words[1].utf8)) }) else {
                problems.append("the token in line \(index + 1) stands in an earlier line too")
                continue
            }
            tokens.append(AccessToken(String(words[1]), permission: permission))
        }
        if tokens.isEmpty, problems.isEmpty { problems = ["it holds no token"] }
        guard problems.isEmpty else { throw AccessError(path, problems.joined(separator: "; ")) }
        return tokens
    }
}
