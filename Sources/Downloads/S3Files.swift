internal import Foundation
internal import NIOHTTP1
public import ReadingSources
internal import S3
internal import Synchronization

/// Files in buckets of S3, or of a server that speaks its protocol: `s3://bucket/prefix/*.csv.gz`.
///
/// Where the server is and who asks is found as the AWS tools find it (``S3Settings``).
public final class S3Files: RemoteFiles {
    private let limit: Int
    private let retries: Retries
    private let environment: [String: String]
    private let certificates: String?
    /// Made for the first address: most commands name none.
    private let client = Mutex<S3Client?>(nil)

    /// Files that can be fetched.
    ///
    /// - Parameters:
    ///   - limit: the most bytes a file may have.
    ///   - environment: the process's variables.
    ///   - certificates: a file of certificates to trust if `AWS_CA_BUNDLE` names none; nil for the system's.
    public init(
        limit: Int = SizeLimit.standard,
        retries: Retries = Retries(),
        environment: [String: String],
        certificates: String? = nil
    ) {
        (self.limit, self.retries, self.environment, self.certificates) = (
            limit, retries, environment, certificates
        )
    }

    /// Whether an address begins with `s3://`.
    public func know(_ address: String) -> Bool { address.hasPrefix(S3Address.scheme) }

    /// The objects behind an address: the one with that key, all that fit a pattern, or all files of readings
    /// in a folder, which is the beginning of a key up to a `/`.
    ///
    /// - Throws: ``ReadingsError`` with `downloadFailed`, or `noFiles` if nothing fits.
    public func find(_ address: String) throws(ReadingsError) -> [RemoteFile] {
        let place = try sentence(address) { () throws(S3Error) in try S3Address(address) }
        let client = try connected(address)
        if !place.isPattern, !place.key.isEmpty, !place.key.hasSuffix("/"),
            let size = try client.size(of: place.key, in: place.bucket, name: address)
        {
            return [Self.file(place.bucket, S3Listing.Object(key: place.key, size: size))]
        }
        let isFolder = !place.isPattern
        let prefix =
            isFolder && !place.key.isEmpty && !place.key.hasSuffix("/") ? place.key + "/" : place.prefix
        let objects = try client.list(prefix, in: place.bucket, name: address)
        // What ends in a slash stands for a folder and has no content.
        let taken = objects.filter { object in
            guard !object.key.hasSuffix("/") else { return false }
            return isFolder
                ? FolderListing.hasKnownEnding(object.key)
                    && !FolderListing.isHidden(String(object.key.dropFirst(prefix.count)))
                : fnmatch(place.key, object.key, FNM_PATHNAME | FNM_PERIOD) == 0
        }
        guard !taken.isEmpty else {
            let what = isFolder ? "no file of readings is there" : "no key fits this pattern"
            throw ReadingsError(
                .noFiles,
                file: address,
                "\(what); \(objects.count) keys begin with `\(prefix)`"
            )
        }
        return taken.map { Self.file(place.bucket, $0) }
    }

    /// Fetches an object; see ``Retries`` for how long it tries.
    public func fetch(
        _ file: RemoteFile,
        into kept: KeptFile,
        progress: @escaping FetchProgress
    ) throws(ReadingsError) -> String? {
        let client = try connected(file.name)
        let place = try sentence(file.name) { () throws(S3Error) in try S3Address(file.address) }
        return try ResumedFetch(
            name: file.name,
            kept: kept,
            limit: limit,
            size: file.size,
            retries: retries,
            progress: progress,
            condition: "if-match",
            send: { headers, destination in
                try client.send(
                    bucket: place.bucket,
                    key: place.key,
                    headers: headers,
                    to: destination
                )
            },
            refusal: { client.refusal($0, name: file.name) }
        ).run()
    }

    private func connected(_ name: String) throws(ReadingsError) -> S3Client {
        do {
            return try client.withLock { client in
                if let client { return client }
                let settings = try S3Settings(environment: environment) { path in
                    try? String(contentsOfFile: path, encoding: .utf8)
                }
                let made = try S3Client(
                    settings,
                    certificates: settings.certificates ?? certificates,
                    retries
                )
                client = made
                return made
            }
        } catch let error as S3Error {
            throw ReadingsError(.downloadFailed, file: name, error.description)
        } catch {
            throw ReadingsError(
                .downloadFailed,
                file: name,
                "cannot be fetched: the certificates to trust cannot be read; see $AWS_CA_BUNDLE and $SSL_CERT_FILE"
            )
        }
    }

    private static func file(_ bucket: String, _ object: S3Listing.Object) -> RemoteFile {
        let address = "\(S3Address.scheme)\(bucket)/\(object.key)"
        let last = object.key.split(separator: "/").last.map(String.init)
        return RemoteFile(name: address, address: address, fileName: last ?? object.key, size: object.size)
    }
}

/// Turns an error of S3 into one of a file.
private func sentence<Value>(
    _ name: String,
    _ body: () throws(S3Error) -> Value
) throws(ReadingsError) -> Value {
    do throws(S3Error) {
        return try body()
    } catch {
        throw ReadingsError(.downloadFailed, file: name, error.description)
    }
}
