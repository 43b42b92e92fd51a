internal import Foundation
internal import NIOHTTP1
internal import S3
internal import Synchronization

/// The keys to sign with; those that expire are asked for anew in time.
final class S3Keys: Sendable {
    /// Seconds before their end at which keys are too old to begin something.
    private static let margin = 300

    private let source: S3Settings.Source
    private let connections: HTTPConnections
    private let known = Mutex<S3Credentials?>(nil)

    init(_ source: S3Settings.Source, _ connections: HTTPConnections) {
        (self.source, self.connections) = (source, connections)
    }

    /// Keys that are valid now.
    ///
    /// - Parameter now: in seconds since 1970.
    /// - Throws: ``S3Error``, or what the network says.
    func current(_ now: Int) throws -> S3Credentials {
        if case .keys(let keys) = source { return keys }
        if let keys = known.withLock(\.self), keys.expiry.map({ $0 - now > Self.margin }) ?? true {
            return keys
        }
        let keys =
            switch source {
            case .keys(let keys): keys
            case .container(let url, let authorization): try container(url, authorization)
            case .instance(let endpoint): try instance(endpoint)
            }
        known.withLock { $0 = keys }
        return keys
    }

    private func container(_ url: String, _ authorization: String?) throws -> S3Credentials {
        let headers = authorization.map { [("authorization", $0)] } ?? []
        return try S3Credentials(offered: connections.ask(url, headers: headers).body)
    }

    /// Version 2 of the metadata service: a token first, by which it knows that no proxy asks.
    private func instance(_ endpoint: String) throws -> S3Credentials {
        let life = [("x-aws-ec2-metadata-token-ttl-seconds", "21600")]
        let token = try text(connections.ask("\(endpoint)/latest/api/token", method: "PUT", headers: life))
        let headers = [("x-aws-ec2-metadata-token", token)]
        let place = "\(endpoint)/latest/meta-data/iam/security-credentials/"
        let role = try text(connections.ask(place, headers: headers))
        return try S3Credentials(offered: connections.ask(place + role, headers: headers).body)
    }

    private func text(_ response: Response) throws -> String {
        guard response.status == 200 else {
            throw S3Error.noKeysOffered("it answers \(response.head.status)")
        }
        let text = String(decoding: response.body, as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    }
}

extension S3Credentials {
    /// What a container's service and a metadata service answer.
    private struct Offer: Decodable {
        let accessKey: String
        let secretKey: String
        let token: String?
        let expiration: String?

        private enum CodingKeys: String, CodingKey {
            case accessKey = "AccessKeyId"
            case secretKey = "SecretAccessKey"
            case token = "Token"
            case expiration = "Expiration"
        }
    }

    fileprivate init(offered body: [UInt8]) throws(S3Error) {
        guard let offer = try? JSONDecoder().decode(Offer.self, from: Data(body)) else {
            throw S3Error.noKeysOffered("its answer has no keys")
        }
        let expiry = offer.expiration.flatMap { try? Date($0, strategy: .iso8601) }
        self.init(
            accessKey: offer.accessKey,
            secretKey: offer.secretKey,
            token: offer.token,
            expiry: expiry.map { Int($0.timeIntervalSince1970) }
        )
    }
}
