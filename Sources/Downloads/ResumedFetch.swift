// HTTP's own means of resuming (RFC 9110): a range is asked for only together with the strong entity tag of
// the bytes that are there already, so that two versions of a file are never joined. Without such a tag it
// begins anew.

internal import Foundation
internal import NIOHTTP1
internal import ReadingSources
internal import Synchronization

/// Fetches one file in as many requests as it takes.
struct ResumedFetch: Sendable {
    /// Sends a request with more headers.
    typealias Send =
        @Sendable (
            _ headers: [(name: String, value: String)],
            _ destination: @escaping @Sendable (HTTPResponseHead) throws -> BodyDestination
        ) throws -> Response

    let name: String
    let kept: KeptFile
    /// The most bytes it may have.
    let limit: Int
    /// How many bytes it has; nil if only the server's response says.
    let size: Int?
    let retries: Retries
    let progress: FetchProgress
    /// The header that makes a range depend on a tag: `if-range`, or `if-match`.
    let condition: String
    let send: Send
    /// The error for a response that will not be another next time.
    let refusal: @Sendable (Response) -> ReadingsError

    /// The version of the file that is being kept.
    private struct Version {
        var tag: String?
        var size: Int?
        /// Whether the end can be told from a broken connection.
        var hasEnd = false
    }

    private enum Outcome {
        case complete
        case again(reason: String, seconds: Int?)
    }

    /// Fetches it.
    ///
    /// - Returns: what the user should know; nil for nothing.
    /// - Throws: ``ReadingsError`` with `downloadFailed`, or `tooLarge`.
    func run() throws(ReadingsError) -> String? {
        var attempts = Attempts(retries)
        var version = Version(tag: nil, size: size)
        var most = 0
        while true {
            guard case .again(let reason, let seconds) = try attempt(&version) else { break }
            let isFurther = kept.size > most
            most = max(most, kept.size)
            guard let pause = attempts.next(isFurther: isFurther, asked: seconds) else {
                let came = kept.size > 0 ? ", after \(SizeLimit.words(kept.size))" : ""
                throw failed("cannot be fetched: \(reason)\(came); tried \(attempts.count) times")
            }
            Thread.sleep(forTimeInterval: pause)
        }
        progress(name, kept.size, kept.size)
        guard !version.hasEnd else { return nil }
        return
            "the server does not say how long it is; the \(SizeLimit.words(kept.size)) that came are taken as all"
    }

    private func attempt(_ version: inout Version) throws(ReadingsError) -> Outcome {
        var headers: [(name: String, value: String)] = []
        if kept.size > 0, let tag = version.tag {
            headers = [("range", "bytes=\(kept.size)-"), (condition, tag)]
        } else {
            kept.restart()
        }
        let known = Mutex(version)
        do {
            let response = try send(headers) { head in try destination(head, known) }
            version = known.withLock(\.self)
            return try outcome(response, version)
        } catch let error as ReadingsError {
            throw error
        } catch {
            if let sentence = finalSentence(for: error) { throw failed("is not fetched: \(sentence)") }
            version = known.withLock(\.self)
            return .again(reason: words(for: error), seconds: nil)
        }
    }

    /// Where the body of a response goes, decided by its head.
    private func destination(
        _ head: HTTPResponseHead,
        _ known: borrowing Mutex<Version>
    ) throws -> BodyDestination {
        switch head.status {
        case .ok:
            kept.restart()
            try known.withLock { $0 = try self.version(head) }
        case .partialContent:
            let isContinued = known.withLock { version in
                guard let range = ContentRange(head), range.start == kept.size else { return false }
                let tag = head.headers.first(name: "etag")
                guard tag == nil || tag == version.tag, version.size == nil || version.size == range.total
                else {
                    return false
                }
                version.size = range.total
                return true
            }
            guard isContinued else {
                kept.restart()
                throw Mismatch()
            }
        default: return .memory(BodyDestination.small)
        }
        let total = known.withLock(\.size) ?? 0
        return .pieces { bytes in
            try kept.append(bytes)
            progress(name, kept.size, total)
        }
    }

    /// What the head of a whole file says of it.
    private func version(_ head: HTTPResponseHead) throws(ReadingsError) -> Version {
        let type = head.headers.first(name: "content-type")?.lowercased() ?? ""
        guard !type.hasPrefix("text/html") else {
            throw failed("is a web page and no file of readings; the address of the file itself is needed")
        }
        let tag = head.headers.first(name: "etag").flatMap { $0.hasPrefix("\"") ? $0 : nil }
        let said = head.headers.first(name: "content-length").flatMap { Int($0) }
        guard (said ?? 0) <= limit else { throw SizeLimit.exceeded(name, limit) }
        if let size, let said, size != said {
            throw failed("was changed while it was fetched; run the command again")
        }
        let isChunked = head.headers["transfer-encoding"].contains { $0.lowercased().contains("chunked") }
        return Version(tag: tag, size: said ?? size, hasEnd: isChunked || said ?? size != nil)
    }

    private func outcome(_ response: Response, _ version: Version) throws(ReadingsError) -> Outcome {
        switch response.status {
        case 200, 206:
            guard let size = version.size, kept.size != size else { return .complete }
            return .again(reason: "\(kept.size) bytes came where the server promised \(size)", seconds: nil)
        case 412 where kept.size > 0, 416 where kept.size > 0:
            kept.restart()
            return .again(reason: "it changes while it is fetched", seconds: nil)
        case 408, 429, 500, 502, 503, 504:
            let seconds = response.header("retry-after").flatMap { Int($0) }
            return .again(reason: "the server answers \(response.head.status)", seconds: seconds)
        default: throw refusal(response)
        }
    }

    private func failed(_ sentence: String) -> ReadingsError {
        ReadingsError(.downloadFailed, file: name, sentence)
    }
}

/// A response that continues another file than the one asked for.
private struct Mismatch: Error, CustomStringConvertible {
    let description = "the server sends another part than it was asked for"
}

/// The header `Content-Range: bytes START-END/TOTAL`.
private struct ContentRange {
    let start: Int
    let total: Int

    init?(_ head: HTTPResponseHead) {
        guard let text = head.headers.first(name: "content-range"),
            let match = text.wholeMatch(of: /bytes (\d{1,18})-(\d{1,18})\/(\d{1,18})/),
            let start = Int(match.output.1), let end = Int(match.output.2), let total = Int(match.output.3),
            start <= end, end == total - 1
        else { return nil }
        (self.start, self.total) = (start, total)
    }
}
