internal import Foundation
internal import NIOHTTP1
public import ReadingSources
internal import Synchronization

/// Files at addresses such as `https://example.com/readings.csv.gz`.
public final class HTTPFiles: RemoteFiles {
    private static let mostRedirects = 5

    private let limit: Int
    private let retries: Retries
    private let certificates: String?
    private let patience: HTTPConnections.Patience
    /// Made for the first file: most commands fetch none.
    private let connections = Mutex<HTTPConnections?>(nil)

    /// Files that can be fetched.
    ///
    /// - Parameters:
    ///   - limit: the most bytes a file may have.
    ///   - certificates: a file of certificates to trust; nil for the system's.
    ///   - silence: seconds without a byte after which a connection is given up.
    public init(
        limit: Int = SizeLimit.standard,
        retries: Retries = Retries(),
        certificates: String? = nil,
        silence: Int64 = 60
    ) {
        (self.limit, self.retries, self.certificates) = (limit, retries, certificates)
        patience = HTTPConnections.Patience(reading: silence)
    }

    /// Whether an address begins with `http://` or `https://`.
    public func know(_ address: String) -> Bool { RemoteFile.isWebAddress(address) }

    /// The one file at an address. No request is sent yet.
    public func find(_ address: String) throws(ReadingsError) -> [RemoteFile] {
        let name = RemoteFile.shownName(of: address)
        guard let url = URL(string: address), let host = url.host, !host.isEmpty else {
            throw ReadingsError(
                .downloadFailed,
                file: name,
                "is no valid address; blanks and letters beyond ASCII are written as %20 and the like"
            )
        }
        let last = url.path.split(separator: "/").last.map(String.init)
        return [RemoteFile(name: name, address: address, fileName: last ?? host)]
    }

    /// Fetches a file; see ``Retries`` for how long it tries.
    public func fetch(
        _ file: RemoteFile,
        into kept: KeptFile,
        progress: @escaping FetchProgress
    ) throws(ReadingsError) -> String? {
        let connections = try connected(file.name)
        return try ResumedFetch(
            name: file.name,
            kept: kept,
            limit: limit,
            size: nil,
            retries: retries,
            progress: progress,
            condition: "if-range",
            send: { headers, destination in
                try Self.following(file, connections, headers, destination)
            },
            refusal: { Self.refusal($0, file.name) }
        ).run()
    }

    private func connected(_ name: String) throws(ReadingsError) -> HTTPConnections {
        do {
            return try connections.withLock { connections in
                let made = try connections ?? HTTPConnections(certificates: certificates, patience: patience)
                connections = made
                return made
            }
        } catch {
            throw ReadingsError(
                .downloadFailed,
                file: name,
                "cannot be fetched: the certificates in \(certificates ?? "the system") cannot be read"
            )
        }
    }

    /// Sends a request, and sends it on as often as the server redirects it.
    private static func following(
        _ file: RemoteFile,
        _ connections: HTTPConnections,
        _ headers: [(name: String, value: String)],
        _ destination: @escaping @Sendable (HTTPResponseHead) throws -> BodyDestination
    ) throws -> Response {
        guard var url = URL(string: file.address) else { throw URLError(.badURL) }
        // Who asks is told only to the server that the user named.
        let authorization = authorization(&url).map { [("authorization", $0)] } ?? []
        let origin = Origin(url)
        for _ in 0...mostRedirects {
            let own = Origin(url) == origin ? authorization : []
            let response = try connections.send(url.absoluteString, headers: headers + own, to: destination)
            guard [301, 302, 303, 307, 308].contains(response.status),
                let place = response.header("location"),
                let next = URL(string: place, relativeTo: url)?.absoluteURL
            else { return response }
            guard next.scheme == "https" || next.scheme == "http" && url.scheme == "http" else {
                throw failed(
                    file.name,
                    "is not fetched: the server sends from https to an address without TLS"
                )
            }
            url = next
        }
        throw failed(file.name, "is not fetched: the server redirects more than \(mostRedirects) times")
    }

    /// Takes user and password out of an address.
    private static func authorization(_ url: inout URL) -> String? {
        guard var parts = URLComponents(url: url, resolvingAgainstBaseURL: false), let user = parts.user
        else {
            return nil
        }
        let both = "\(user):\(parts.password ?? "")"
        (parts.user, parts.password) = (nil, nil)
        url = parts.url ?? url
        return "Basic " + Data(both.utf8).base64EncodedString()
    }

    private static func refusal(_ response: Response, _ name: String) -> ReadingsError {
        let answer = "the server answers \(response.head.status)"
        switch response.status {
        case 401, 403:
            return failed(name, "\(answer); if it wants a user, write https://USER:PASSWORD@HOST/PATH")
        case 404, 410: return failed(name, "\(answer): there is no such file on it")
        default: return failed(name, answer)
        }
    }

    private static func failed(_ name: String, _ sentence: String) -> ReadingsError {
        ReadingsError(.downloadFailed, file: name, sentence)
    }
}

/// A server.
private struct Origin: Equatable {
    let scheme: String?
    let host: String?
    let port: Int?

    init(_ url: URL) { (scheme, host, port) = (url.scheme, url.host, url.port) }
}
