import S3
import Testing

@Suite struct S3SettingsTests {
    private static let keys = ["AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "SK"]

    private static let credentials = """
        # as the AWS tools write it
        [default]
        aws_access_key_id = AKdefault
        aws_secret_access_key = SKdefault # the first
        [work]
        AWS_ACCESS_KEY_ID=AKwork
        aws_secret_access_key=SK#work;=
        aws_session_token = T
        """

    private static let config = """
        [default]
        region = eu-south-1
        [profile work]
        region=eu-central-1
        endpoint_url = https://store.example/s3/
        s3 =
          addressing_style = path
          region = nested
        [profile "single"]
        sso_session = s
        [work]
        region = unmarked
        [profile half]
        aws_access_key_id = AK
        """

    private func settings(
        _ environment: [String: String],
        credentials: String? = Self.credentials,
        config: String? = Self.config
    ) throws(S3Error) -> S3Settings {
        try S3Settings(environment: environment.merging(["HOME": "/home/u"]) { first, _ in first }) { path in
            path == "/home/u/.aws/credentials" ? credentials : path == "/home/u/.aws/config" ? config : nil
        }
    }

    private func failure(_ environment: [String: String], credentials: String? = Self.credentials) -> String?
    {
        do throws(S3Error) {
            _ = try settings(environment, credentials: credentials)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func takesTheEnvironmentFirst() throws {
        let plain = try settings(Self.keys, credentials: nil, config: nil)
        #expect(plain.source == .keys(S3Credentials(accessKey: "AK", secretKey: "SK")))
        #expect(plain.region == "us-east-1" && plain.endpoint == nil && plain.certificates == nil)
        let all = try settings(
            Self.keys.merging([
                "AWS_SESSION_TOKEN": "T", "AWS_DEFAULT_REGION": "a", "AWS_REGION": "b",
                "AWS_ENDPOINT_URL": "http://c",
                "AWS_ENDPOINT_URL_S3": "http://d", "AWS_CA_BUNDLE": "/ca.pem", "AWS_PROFILE": "work",
            ]) { first, _ in first }
        )
        #expect(all.source == .keys(S3Credentials(accessKey: "AK", secretKey: "SK", token: "T")))
        #expect(all.region == "b" && all.endpoint == "http://d" && all.certificates == "/ca.pem")
    }

    @Test func takesAProfile() throws {
        let standard = try settings([:])
        #expect(standard.source == .keys(S3Credentials(accessKey: "AKdefault", secretKey: "SKdefault")))
        #expect(standard.region == "eu-south-1")
        let work = try settings(["AWS_PROFILE": "work"])
        #expect(work.source == .keys(S3Credentials(accessKey: "AKwork", secretKey: "SK#work;=", token: "T")))
        #expect(work.region == "eu-central-1" && work.endpoint == "https://store.example/s3/")
    }

    @Test func asksAServiceOnlyIfTheEnvironmentNamesIt() throws {
        let relative = try settings(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"], credentials: nil)
        #expect(relative.source == .container(url: "http://169.254.170.2/v2/x", authorization: nil))
        let instance = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://[fd00::1]/"]
        #expect(try settings(instance, credentials: nil).source == .instance(endpoint: "http://[fd00::1]"))
        let off = instance.merging(["AWS_EC2_METADATA_DISABLED": "true"]) { first, _ in first }
        #expect(failure(off, credentials: nil)?.contains("there are no keys") == true)
    }

    @Test func saysWhatIsMissing() {
        let none = failure([:], credentials: nil)
        #expect(none?.contains("/home/u/.aws/credentials") == true && none?.contains("https://") == true)
        #expect(failure(["AWS_PROFILE": "none"])?.contains("neither") == true)
        #expect(
            failure(["AWS_PROFILE": "single"])?.contains("aws configure export-credentials --profile single")
                == true
        )
        #expect(
            failure(["AWS_PROFILE": "half"])?.contains("aws_access_key_id without aws_secret_access_key")
                == true
        )
        let half = failure(["AWS_SECRET_ACCESS_KEY": "hush"])
        #expect(half?.contains("AWS_SECRET_ACCESS_KEY without AWS_ACCESS_KEY_ID") == true)
        #expect(half?.contains("hush") == false)
    }

    @Test(
        arguments: [
            (nil, "grid", "https://grid.s3.eu-south-1.amazonaws.com", "/a%20%2B/%C3%A4"),
            (nil, "grid.data", "https://s3.eu-south-1.amazonaws.com", "/grid.data/a%20%2B/%C3%A4"),
            ("http://127.0.0.1:9000/", "grid", "http://127.0.0.1:9000", "/grid/a%20%2B/%C3%A4"),
            ("https://h:443/s3", "grid", "https://h", "/s3/grid/a%20%2B/%C3%A4"),
        ] as [(String?, String, String, String)]
    ) func findsTheServer(endpoint: String?, bucket: String, base: String, path: String) throws {
        var settings = try settings(Self.keys)
        settings.endpoint = endpoint
        let found = try settings.request(
            bucket: bucket,
            key: "a +/ä",
            query: [("a b", "/")],
            region: "eu-south-1"
        )
        #expect(found.base == base && found.request.path == path && found.request.query == "a%20b=%2F")
        #expect(base.hasSuffix("://\(found.request.host)"))
        settings.endpoint = "store.example"
        #expect(throws: S3Error.self) { try settings.request(bucket: bucket, region: "x") }
    }

    @Test func readsAddresses() throws {
        let pattern = try S3Address("s3://grid/2024/m[12]*/x.csv")
        #expect(pattern.bucket == "grid" && pattern.isPattern && pattern.prefix == "2024/m")
        let key = try S3Address("s3://grid/a//b.csv")
        #expect(key.key == "a//b.csv" && !key.isPattern && key.prefix == "a//b.csv")
        #expect(try S3Address("s3://grid").key.isEmpty)
        for text in ["s3://", "s3:///a", "s3://a", "s3://a b/c", "s4://grid/a", "s3://u:p@grid/a"] {
            #expect(throws: S3Error.self, "\(text)") { try S3Address(text) }
        }
    }
}
