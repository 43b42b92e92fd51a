import ArgumentParser
import Foundation
import Gateway
import LineProtocol
internal import Readings
import Verdicts

/// How `query`, `push` and `label` reach the server of an index.
struct ServerOptions: ParsableArguments {
    @Flag(
        name: .long,
        help: """
            Open the index itself, even if a server serves it. Without this flag a running server answers.
            """
    )
    var offline = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A file with a token the server accepts: the token alone, or the server's own token file. "
                + "(default: the token in $GRIDKIN_TOKEN)",
            valueName: "file"
        )
    )
    var tokenFile: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Certificates in PEM, one of which signed the server's certificate. Needed for a server with "
                + "TLS that listens on no Unix socket.",
            valueName: "file"
        )
    )
    var ca: String?

    /// Where the token comes from, for messages.
    var tokenSource: String { tokenFile.map { "--token-file \($0)" } ?? "$GRIDKIN_TOKEN" }

    /// The token to show; nil if none was given.
    ///
    /// - Throws: ``ClientError`` if the file cannot be read, is open to all users, or holds no token.
    func token() throws(ClientError) -> String? {
        guard let tokenFile else {
            let token = ProcessInfo.processInfo.environment["GRIDKIN_TOKEN"] ?? ""
            return token.isEmpty ? nil : token
        }
        let bytes: [UInt8]
        do { bytes = try SecretFile.read(tokenFile) } catch {
            throw ClientError("the token file \(tokenFile) cannot be read: \(error.reason)")
        }
        guard let token = Self.token(in: String(decoding: bytes, as: UTF8.self)) else {
            throw ClientError(
                "the token file \(tokenFile) holds no token; write the token alone into it, or a line "
                    + "`read-write TOKEN`"
            )
        }
        return token
    }

    /// The token in a file's text: of a server's file the first that allows writing, or else the first.
    private static func token(in text: String) -> String? {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.split(whereSeparator: \.isWhitespace) }
            .filter { $0.first.map { !$0.hasPrefix("#") } ?? false }
        let writing = lines.first { $0.count == 2 && $0[0] == "read-write" }
        guard let line = writing ?? lines.first, line.count < 3 else { return nil }
        return line.last.map(String.init)
    }
}

/// The known windows that `query` and `push` name after the verdict.
struct NeighbourOptions: ParsableArguments {
    @Option(
        name: .short,
        help: ArgumentHelp(
            "How many of the most similar known windows to name, 1 to \(RequestLimit.neighbours).",
            valueName: "count"
        )
    )
    var k = RequestLimit.defaultNeighbours

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Name only windows that meet these conditions, such as 'label=anomalous AND meter!=118'. "
                + "Columns: meter, time, label, kind, person. The verdict does not depend on them.",
            valueName: "conditions"
        )
    )
    var conditions: String?

    func validate() throws {
        guard (1...RequestLimit.neighbours).contains(k) else {
            throw ValidationError("-k is 1 to \(RequestLimit.neighbours)")
        }
        guard let conditions else { return }
        do {
            _ = try NeighbourFilter(parsing: conditions)
        } catch {
            throw ValidationError("--where: \(error.sentence)")
        }
    }
}

/// The values of one reading on the command line: numbers, `-` for a missing one.
enum ReadingValues {
    static func parse(_ words: [String]) throws -> [Double] {
        let values: [Double] = try words.map { text in
            if text == "-" { return .nan }
            let number = DecimalNumber.read(whole: Array(text.utf8).span, .point)
            guard let value = number, abs(value) <= RequestLimit.magnitude else {
                let hint = text.contains(",") ? "write decimals after a point" : "write a number"
                throw ValidationError("`\(text)` is not a value; \(hint), or - for a missing value")
            }
            return value
        }
        do throws(RequestError) {
            try RequestLimit.check(values: values)
        } catch {
            throw ValidationError(error.sentence)
        }
        return values
    }
}
