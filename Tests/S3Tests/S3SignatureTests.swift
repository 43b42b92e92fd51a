import Foundation
import S3
import Statistics
import TestSupport
import Testing

@Suite struct S3SignatureTests {
    /// "Example: GET Object" and "GET Bucket (List Objects)" of the Amazon S3 API Reference, "Signature
    /// Calculations for the Authorization Header", API version 2006-03-01.
    @Test(
        arguments: [
            (
                S3Request(
                    host: "examplebucket.s3.amazonaws.com",
                    path: "/test.txt",
                    headers: [("Range", "bytes=0-9")]
                ),
                "host;range;x-amz-content-sha256;x-amz-date",
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
            ),
            (
                S3Request(host: "examplebucket.s3.amazonaws.com", path: "/", query: "max-keys=2&prefix=J"),
                "host;x-amz-content-sha256;x-amz-date",
                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
            ),
        ]
    ) func isThatOfTheReference(request: S3Request, names: String, signature: String) {
        let keys = S3Credentials(
            accessKey: "AKIAIOSFODNN7EXAMPLE",
            secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        )
        // 2013-05-24T00:00:00Z
        let signed = keys.signing(request, region: "us-east-1", seconds: 1_369_353_600)
        let scope = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"
        #expect(
            signed.headers.last?.value
                == "AWS4-HMAC-SHA256 Credential=\(scope), SignedHeaders=\(names), Signature=\(signature)"
        )
    }

    @Test func showsNoSecret() {
        let keys = S3Credentials(accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrX", token: "tokenX")
        var dumped = ""
        dump([keys], to: &dumped)
        let shown = "\(keys) \(String(reflecting: keys)) \(dumped) \(S3Settings.Source.keys(keys))"
        #expect(!shown.contains("wJalrX") && !shown.contains("tokenX") && !shown.contains("EXAMPLE"))
    }

    private struct Case: Encodable {
        let method: String
        let host: String
        let path: String
        let query: String
        let headers: [[String]]
        let accessKey: String
        let secretKey: String
        let token: String?
        let region: String
        let seconds: Int

        var authorization: String? {
            let request = S3Request(
                method: method,
                host: host,
                path: path,
                query: query,
                headers: headers.map { ($0[0], $0[1]) }
            )
            let keys = S3Credentials(accessKey: accessKey, secretKey: secretKey, token: token)
            return keys.signing(request, region: region, seconds: seconds).headers.last?.value
        }
    }

    @Test(.enabled(if: AWSPython.isInstalled, "\(AWSPython.absence)")) func isThatOfBotocore() throws {
        var random = Random()
        let cases = (0..<10_000).map { _ in random.request() }
        let encoder = JSONEncoder()
        let lines = try cases.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/sign.py").path
        let output = try #require(AWSPython.output([script], input: Data(lines.joined().utf8)))
        let expected = String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
        try #require(expected.count == cases.count)
        var different = 0
        for (given, authorization) in zip(cases, expected) where given.authorization != authorization {
            different += 1
            if different == 1 {
                Issue.record("\(given): \(given.authorization ?? "-"), not \(authorization)")
            }
        }
        #expect(different == 0)
    }

    /// Makes requests as different as S3 allows.
    private struct Random {
        private var numbers = SplitMix64(seed: 12)

        private static let letters = Array("abzAZ019-_.~ /+%&=?#:;,@!$'()*[]\"<>\\^`{|}äß€日\u{1F600}\t")

        mutating func request() -> Case {
            let key = text(upTo: 40, Self.letters)
            return Case(
                method: pick(["GET", "HEAD", "PUT"]),
                host: pick(["bucket.s3.eu-south-1.amazonaws.com", "127.0.0.1:9000", "s3.amazonaws.com"]),
                path: "/" + Percent.encoded(key, keepsSlashes: true),
                query: query(),
                headers: headers(),
                accessKey: text(upTo: 20, Array("ABCXYZ0123456789")) + "A",
                secretKey: text(upTo: 40, Array("abcXYZ019/+=")) + "a",
                token: below(2) == 0 ? nil : text(upTo: 60, Array("abcXYZ019/+=")) + "a",
                region: pick(["us-east-1", "eu-south-1", "cn-north-1", "auto"]),
                seconds: below(4_000_000_000)
            )
        }

        private mutating func query() -> String {
            (0..<below(5)).map { _ in
                let name = pick(["list-type", "prefix", "a", "A", "a", "x-id", "ä"])
                return Percent.encoded(name) + "=" + Percent.encoded(text(upTo: 12, Self.letters))
            }.joined(separator: "&")
        }

        /// A name may come twice, and there may be blanks anywhere.
        private mutating func headers() -> [[String]] {
            (0..<below(4)).map { _ in
                let name = pick(["Range", "range", "If-Match", "X-Amz-Meta-A", "x-amz-meta-a"])
                return [name, text(upTo: 16, Array("ab 09\"=-, \t"))]
            }
        }

        private mutating func text(upTo most: Int, _ letters: [Character]) -> String {
            String((0..<below(most + 1)).map { _ in letters[below(letters.count)] })
        }

        private mutating func pick(_ all: [String]) -> String { all[below(all.count)] }

        private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &numbers) }
    }
}
