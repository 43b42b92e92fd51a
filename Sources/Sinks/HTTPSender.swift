// One request and its response, by AsyncHTTPClient. Whether it is tried again is the sink's matter.

internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Posts JSON to HTTP servers.
final class HTTPSender: Sendable {
    private let client: HTTPClient
    private let patience: TimeAmount

    /// - Parameter patience: how long a request may take, the connection and the response included.
    init(patience: Duration) {
        self.patience = .nanoseconds(Int64(patience / .nanoseconds(1)))
        var configuration = HTTPClient.Configuration(
            // What was signed for one address is not for another one.
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: self.patience, read: self.patience)
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// The last reference may be one of the client's own threads, which must not wait for itself.
    deinit { client.shutdown { _ in } }

    /// Posts a body.
    ///
    /// - Throws: ``DeliveryFailure`` unless the server answers with a status from 200 to 299: refused if that
    ///   is from 400 to 499 and neither 408 nor 429.
    func post(
        _ body: ByteBuffer,
        to url: String,
        headers: [(name: String, value: String)] = []
    ) async throws(DeliveryFailure) {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = HTTPHeaders(headers.map { ($0.name, $0.value) })
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "user-agent", value: "gridkin")
        request.body = .bytes(body)
        let answer: (status: HTTPResponseStatus, text: String, place: String?)
        do {
            let response = try await client.execute(request, timeout: patience)
            // What is said beside a success is not awaited: it may come slowly, or break off.
            let isTaken = (200...299).contains(response.status.code)
            let text = isTaken ? "" : try await Self.beginning(of: response.body)
            answer = (response.status, text, response.headers.first(name: "location"))
        } catch {
            throw .temporary(Self.words(for: error))
        }
        try Self.check(answer.status, answer.text, place: answer.place)
    }

    private static func check(
        _ status: HTTPResponseStatus,
        _ text: String,
        place: String?
    ) throws(DeliveryFailure) {
        let answer = "the server answers \(status)\(text.isEmpty ? "" : " (\(text))")"
        switch status.code {
        case 200...299: return
        case 300...399:
            let way = place.map { " to \(printable($0))" } ?? ""
            throw .temporary("\(answer), a redirect\(way); name that address, as none is followed")
        case 408, 429: throw .temporary(answer)
        case 400...499: throw .refused(answer)
        default: throw .temporary(answer)
        }
    }

    /// How much of an answer is told.
    private static let toldBytes = 200

    /// The beginning of a body, in one line. The rest is read too, up to a limit, so that the connection can
    /// be used again.
    private static func beginning(of body: HTTPClientResponse.Body) async throws -> String {
        var (bytes, count): ([UInt8], Int) = ([], 0)
        for try await part in body {
            bytes += part.readableBytesView.prefix(toldBytes - bytes.count)
            count += part.readableBytes
            if count > 1 << 20 { break }
        }
        return printable(String(decoding: bytes, as: UTF8.self))
    }

    private static func printable(_ text: String) -> String {
        let words = text.split { $0.isWhitespace || $0.unicodeScalars.contains { $0.value < 0x20 } }
        return String(words.joined(separator: " ").prefix(toldBytes))
    }

    private static func words(for error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError where error.connectionErrors.isEmpty:
            "the name \(error.host) is not known"
        case let error as NIOConnectionError: "there is no connection to \(error.host), port \(error.port)"
        case let error as IOError: "the connection failed (\(String(cString: strerror(error.errnoCode))))"
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
            "the server does not answer in time"
        case let error as HTTPClientError where error == .connectTimeout || error == .tlsHandshakeTimeout:
            "there is no connection in time"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            "the connection was closed before an answer came"
        default: "\(error)"
        }
    }
}
