// The order is that of the AWS tools: what the environment says, then the profile's files, then what a
// container or a virtual machine offers. Two steps are left out. A program's metadata service is asked only
// if the environment names it: elsewhere that address may be anybody's. And no command is run to get keys:
// the error names the one to run.

/// Where S3 is, and who asks.
public struct S3Settings: Sendable {
    /// Where keys come from.
    public enum Source: Sendable, Equatable {
        /// They are known.
        case keys(S3Credentials)
        /// A container's service gives them at this address, with this header if there is one.
        case container(url: String, authorization: String?)
        /// A virtual machine's metadata service gives them, at this address.
        case instance(endpoint: String)
    }

    /// The server's address, such as `http://127.0.0.1:9000`; nil for AWS.
    public var endpoint: String?
    /// The bucket's region, as far as it is known; a bucket of AWS says if it is another.
    public var region: String
    /// Where the keys come from.
    public var source: Source
    /// The file of certificates to trust; nil for the system's.
    public var certificates: String?

    /// Settings.
    public init(endpoint: String?, region: String, source: Source, certificates: String? = nil) {
        (self.endpoint, self.region, self.source, self.certificates) = (
            endpoint, region, source, certificates
        )
    }

    /// Finds settings as the AWS tools do.
    ///
    /// - Parameters:
    ///   - environment: the process's variables.
    ///   - contents: gives the text of a file; nil if it cannot be read.
    /// - Throws: ``S3Error`` if there are no keys, naming where they were looked for.
    public init(
        environment: [String: String],
        contents: (_ path: String) -> String?
    ) throws(S3Error) {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let home = variable("HOME") ?? ""
        let name = variable("AWS_PROFILE") ?? variable("AWS_DEFAULT_PROFILE")
        let credentialsPath = variable("AWS_SHARED_CREDENTIALS_FILE") ?? "\(home)/.aws/credentials"
        let configPath = variable("AWS_CONFIG_FILE") ?? "\(home)/.aws/config"
        let files = (
            credentials: contents(credentialsPath).map { AWSFile($0, namesAreMarked: false) },
            config: contents(configPath).map { AWSFile($0, namesAreMarked: true) }
        )
        let profile = name ?? "default"
        let found = (files.credentials?.profile(profile), files.config?.profile(profile))
        if let name, found.0 == nil, found.1 == nil {
            throw S3Error(
                "$AWS_PROFILE is \(name), and neither \(credentialsPath) nor \(configPath) has that profile"
            )
        }
        let settings = (found.1 ?? [:]).merging(found.0 ?? [:]) { _, credentials in credentials }
        endpoint =
            variable("AWS_ENDPOINT_URL_S3") ?? variable("AWS_ENDPOINT_URL") ?? settings["endpoint_url"]
        region = variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? settings["region"] ?? "us-east-1"
        certificates = variable("AWS_CA_BUNDLE") ?? settings["ca_bundle"]
        let looked =
            "in $AWS_ACCESS_KEY_ID and in the profile `\(profile)` of \(credentialsPath) and \(configPath)"
        source = try Self.source(environment, settings, looked: looked, profile: profile)
    }

    private static func source(
        _ environment: [String: String],
        _ settings: [String: String],
        looked: String,
        profile: String
    ) throws(S3Error) -> Source {
        if let keys = try keys(
            environment,
            ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
            where: "the environment"
        ) {
            return .keys(keys)
        }
        let names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
        if let keys = try keys(settings, names, where: "the profile `\(profile)`") { return .keys(keys) }
        if let offered = container(environment) ?? instance(environment) { return offered }
        let indirect = ["sso_session", "sso_start_url", "role_arn", "credential_process", "login_session"]
        if environment["AWS_WEB_IDENTITY_TOKEN_FILE"] != nil
            || indirect.contains(where: { settings[$0] != nil })
        {
            throw S3Error(
                "the profile `\(profile)` gets its keys from a service; run `eval \"$(aws configure "
                    + "export-credentials --profile \(profile) --format env)\"` first, which puts them into the "
                    + "environment"
            )
        }
        throw S3Error(
            "there are no keys for it: looked \(looked). Set them, or for a public bucket give its https:// address"
        )
    }

    private static func keys(
        _ values: [String: String],
        _ names: (access: String, secret: String, token: String),
        where place: String
    ) throws(S3Error) -> S3Credentials? {
        let (access, secret) = (values[names.access] ?? "", values[names.secret] ?? "")
        if access.isEmpty, secret.isEmpty { return nil }
        guard !access.isEmpty, !secret.isEmpty else {
            let (has, lacks) = access.isEmpty ? (names.secret, names.access) : (names.access, names.secret)
            throw S3Error("\(place) has \(has) without \(lacks); set both")
        }
        let token = values[names.token].flatMap { $0.isEmpty ? nil : $0 }
        return S3Credentials(accessKey: access, secretKey: secret, token: token)
    }

    private static func container(_ environment: [String: String]) -> Source? {
        let authorization = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"], !path.isEmpty {
            return .container(url: "http://169.254.170.2\(path)", authorization: authorization)
        }
        guard let url = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"], !url.isEmpty else { return nil }
        return .container(url: url, authorization: authorization)
    }

    private static func instance(_ environment: [String: String]) -> Source? {
        guard let endpoint = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"], !endpoint.isEmpty,
            environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true"
        else { return nil }
        return .instance(endpoint: endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint)
    }
}

extension S3Settings {
    /// The request for a key of a bucket, or for the bucket itself, and the address it goes to.
    ///
    /// The bucket's name is part of the host, as AWS wants it; of the path on other servers, and if it has a
    /// point, which no certificate covers.
    ///
    /// - Throws: ``S3Error`` if the endpoint is no address.
    public func request(
        _ method: String = "GET",
        bucket: String,
        key: String = "",
        query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [],
        region: String
    ) throws(S3Error) -> (request: S3Request, base: String) {
        var (scheme, host, folder) = ("https", "s3.\(region).amazonaws.com", "")
        if region.hasPrefix("cn-") { host += ".cn" }
        if let endpoint { (scheme, host, folder) = try Self.parts(endpoint) }
        let isInHost = endpoint == nil && !bucket.contains(".")
        let path = isInHost ? "" : "/\(bucket)"
        if isInHost { host = "\(bucket).\(host)" }
        let request = S3Request(
            method: method,
            host: host,
            path: "\(folder)\(path)/\(Percent.encoded(key, keepsSlashes: true))",
            query: query.map { "\(Percent.encoded($0.name))=\(Percent.encoded($0.value))" }.joined(
                separator: "&"
            ),
            headers: headers
        )
        return (request, "\(scheme)://\(host)")
    }

    private static func parts(_ endpoint: String) throws(S3Error) -> (String, String, String) {
        let known = ["https://", "http://"].first { endpoint.lowercased().hasPrefix($0) }
        let rest = endpoint.dropFirst(known?.count ?? 0)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        guard let known, slash > rest.startIndex, !rest.contains(where: { "?#@ ".contains($0) }) else {
            throw S3Error(
                "the endpoint is not an address such as http://127.0.0.1:9000; see $AWS_ENDPOINT_URL"
            )
        }
        var host = String(rest[..<slash])
        // The standard port is not part of the host that is signed.
        let port = known == "https://" ? ":443" : ":80"
        if host.hasSuffix(port) { host.removeLast(port.count) }
        let folder = rest[slash...]
        return (String(known.dropLast(3)), host, String(folder.hasSuffix("/") ? folder.dropLast() : folder))
    }
}
