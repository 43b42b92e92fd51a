internal import Foundation
internal import NIOHTTP1
internal import ReadingSources
internal import S3
internal import Synchronization

/// Asks a server of S3.
final class S3Client: Sendable {
    private let settings: S3Settings
    private let connections: HTTPConnections
    private let keys: S3Keys
    private let retries: Retries
    /// The regions of buckets that are not where they were looked for.
    private let regions = Mutex<[String: String]>([:])

    /// - Parameter certificates: a file of certificates to trust; nil for the system's.
    init(_ settings: S3Settings, certificates: String?, _ retries: Retries) throws {
        self.settings = settings
        self.retries = retries
        connections = try HTTPConnections(certificates: certificates)
        keys = S3Keys(settings.source, connections)
    }

    /// The size of an object; nil if there is none with this key.
    func size(of key: String, in bucket: String, name: String) throws(ReadingsError) -> Int? {
        let response = try asking("HEAD", bucket, key: key, [], name)
        switch response.status {
        case 200: return response.header("content-length").flatMap { Int($0) }
        case 404: return nil
        default: throw refusal(response, name: name)
        }
    }

    /// All objects whose keys begin with a prefix, in the order of their keys.
    func list(
        _ prefix: String,
        in bucket: String,
        name: String
    ) throws(ReadingsError) -> [S3Listing.Object] {
        var objects: [S3Listing.Object] = []
        var next: String?
        repeat {
            var query = [("list-type", "2"), ("encoding-type", "url"), ("prefix", prefix)]
            if let next { query.append(("continuation-token", next)) }
            let response = try asking("GET", bucket, key: "", query, name)
            guard response.status == 200 else { throw refusal(response, name: name) }
            let page: S3Listing
            do throws(S3Error) {
                page = try S3Listing(response.body)
            } catch {
                throw ReadingsError(.downloadFailed, file: name, error.description)
            }
            // A server that repeats itself would never end.
            guard page.next == nil || page.next != next, objects.count < Self.mostObjects else {
                throw ReadingsError(.downloadFailed, file: name, "the server's list of keys does not end")
            }
            objects += page.objects
            next = page.next
        } while next != nil
        return objects
    }

    private static let mostObjects = 1_000_000
    /// A page has 1,000 keys of up to 1,024 bytes, which may be three times as long when they are encoded.
    private static let pageBytes = 16 << 20

    /// Sends a small request, again if it fails for a reason that may pass.
    private func asking(
        _ method: String,
        _ bucket: String,
        key: String,
        _ query: [(String, String)],
        _ name: String
    ) throws(ReadingsError) -> Response {
        var attempts = Attempts(retries)
        while true {
            var reason = ""
            do {
                let response = try send(method, bucket: bucket, key: key, query: query) { _ in
                    .memory(Self.pageBytes)
                }
                guard [429, 500, 502, 503, 504].contains(response.status) else { return response }
                reason = "the server answers \(response.head.status)"
            } catch let error as ReadingsError {
                throw error
            } catch {
                if let sentence = finalSentence(for: error) {
                    throw ReadingsError(.downloadFailed, file: name, sentence)
                }
                reason = words(for: error)
            }
            guard let pause = attempts.next(isFurther: false, asked: nil) else {
                throw ReadingsError(
                    .downloadFailed,
                    file: name,
                    "cannot be fetched: \(reason); tried \(attempts.count) times"
                )
            }
            Thread.sleep(forTimeInterval: pause)
        }
    }

    /// Sends a signed request, again if the bucket turns out to be in another region.
    func send(
        _ method: String = "GET",
        bucket: String,
        key: String,
        query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [],
        to destination: @escaping @Sendable (HTTPResponseHead) throws -> BodyDestination
    ) throws -> Response {
        let known = regions.withLock { $0[bucket] }
        func sendOnce(to region: String) throws -> Response {
            let (request, base) = try settings.request(
                method,
                bucket: bucket,
                key: key,
                query: query,
                headers: headers,
                region: region
            )
            let now = Int(Date().timeIntervalSince1970)
            let signed = try keys.current(now).signing(request, region: region, seconds: now)
            let address = base + signed.path + (signed.query.isEmpty ? "" : "?" + signed.query)
            return try connections.send(
                address,
                method: signed.method,
                headers: signed.headers,
                to: destination
            )
        }
        let response = try sendOnce(to: known ?? settings.region)
        guard [301, 307, 400].contains(response.status),
            let region = response.header("x-amz-bucket-region") ?? S3Refusal(response.body).region,
            region != known ?? settings.region
        else { return response }
        regions.withLock { $0[bucket] = region }
        return try sendOnce(to: region)
    }

    /// The error for a response that will not be another next time.
    func refusal(_ response: Response, name: String) -> ReadingsError {
        let refusal = S3Refusal(response.body)
        let answer = "the server answers " + (refusal.code ?? "\(response.head.status)")
        let advice =
            switch (refusal.code, response.status) {
            case ("NoSuchBucket", _): ": there is no such bucket"
            case ("NoSuchKey", _): ": there is no such key"
            case ("ExpiredToken", _), ("RequestExpired", _): ": the keys have expired; get new ones"
            case ("RequestTimeTooSkewed", _): ": this machine's clock is wrong"
            case ("InvalidAccessKeyId", _), ("SignatureDoesNotMatch", _):
                ": the keys are wrong; see $AWS_ACCESS_KEY_ID and $AWS_PROFILE"
            case (_, 403): ": the keys do not allow it; see $AWS_ACCESS_KEY_ID and $AWS_PROFILE"
            case (_, 301), (_, 307): ": the bucket is elsewhere; see $AWS_REGION and $AWS_ENDPOINT_URL"
            default: refusal.message.map { " (\($0))" } ?? ""
            }
        return ReadingsError(.downloadFailed, file: name, answer + advice)
    }
}
