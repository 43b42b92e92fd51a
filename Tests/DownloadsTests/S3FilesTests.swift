import Downloads
import Foundation
import ReadingSources
import Readings
import TestSupport
import Testing

/// Files from a real server of S3 on loopback, which checks signatures (`Fixtures/bucket.py`).
@Suite(.enabled(if: AWSPython.isInstalled, "\(AWSPython.absence)"))
struct S3FilesTests {
    /// One for all tests: it takes seconds to start.
    private static let shared = try? PythonServer("bucket.py", python: AWSPython.path)

    private let server: PythonServer

    init() throws { server = try #require(Self.shared) }

    private func environment(key: Int = 1) -> [String: String] {
        [
            "AWS_ENDPOINT_URL": "http://127.0.0.1:\(server.port)", "AWS_ACCESS_KEY_ID": server.words[key],
            "AWS_SECRET_ACCESS_KEY": server.words[key + 1], "HOME": "/nonexistent",
        ]
    }

    private func files(
        _ address: String,
        _ environment: [String: String]? = nil,
        limit: Int = SizeLimit.standard
    ) throws(ReadingsError) -> InputFiles {
        var retries = Retries()
        (retries.firstPause, retries.longestPause) = (0.001, 0.01)
        let bucket = S3Files(limit: limit, retries: retries, environment: environment ?? self.environment())
        return try InputFiles([address], remotes: [bucket], limit: limit)
    }

    private func names(_ address: String) throws -> [String] { try files(address).files.map(\.name) }

    private func failure(
        _ address: String,
        _ environment: [String: String]? = nil,
        limit: Int = SizeLimit.standard
    ) -> ReadingsError? {
        do throws(ReadingsError) {
            _ = try files(address, environment, limit: limit)
            return nil
        } catch {
            return error
        }
    }

    private func count(_ key: String) throws -> Int? {
        try server.count(key)
    }

    /// The first request asks whether the key is there.
    @Test(arguments: [("one", 2), ("drops", 5), ("fails", 5)])
    func bringsAnObject(meter: String, requests: Int) throws {
        let before = try #require(try count("\(meter).csv"))
        // The values only grow, and are none of a register.
        var readings = ReadingFiles(try files("s3://grid/\(meter).csv"))
        readings.keepsRegisters = true
        let (summary, histories) = try readings.read()
        #expect(summary.files.map(\.path) == ["s3://grid/\(meter).csv"])
        #expect(summary.accepted == 20_000 && histories.map(\.meter) == [Name(meter)])
        #expect(histories[0].values == (0..<20_000).map(Double.init))
        #expect(try count("\(meter).csv") == before + requests)
    }

    /// Every page of the list, and keys with every letter.
    @Test func bringsAFolder() throws {
        let many = try files("s3://grid/many")
        #expect(many.files.count == 40 && many.remarks == ["s3://grid/many: 40 files"])
        #expect(many.files.map(\.name).first == "s3://grid/many/0000.csv")
        #expect(
            try names("s3://grid/a/")
                == [
                    "a/./x/../dots.csv", "a//empty.csv", "a/b c+d%2F&=?ä#.csv", "a/~!@$'(){}[]^`|.csv",
                ].map { "s3://grid/" + $0 }
        )
        #expect(try names("s3://grid/out.csv").map { $0.suffix(10) } == ["part-0.csv", "part-1.csv"])
    }

    @Test func bringsAnObjectOnceHoweverOftenItIsNamed() throws {
        let bucket = S3Files(environment: environment())
        let files = try InputFiles(["s3://grid/out.csv/", "s3://grid/out.csv/part-*"], remotes: [bucket])
        #expect(files.files.count == 2 && files.remarks.last?.contains("read once") == true)
    }

    @Test func bringsWhatFitsAPattern() throws {
        let files = try files("s3://grid/many/00[12]*.csv")
        #expect(files.files.count == 20 && files.files.map(\.fileName).last == "0029.csv")
        #expect(failure("s3://grid/*-0.csv")?.code == .noFiles)
        #expect(try names("s3://grid/*/part-?.csv").count == 2)
        #expect(try names("s3://grid/o*.csv") == ["s3://grid/one.csv"])
        let none = try #require(failure("s3://grid/many/1*.csv"))
        #expect(none.code == .noFiles && none.sentence.contains("0 keys begin with `many/1`"))
    }

    @Test(arguments: [
        ("s3://grid/none.csv", "0 keys begin with `none.csv/`"),
        ("s3://grid/forbidden.csv", "the keys do not allow it"),
        ("s3://other/*.csv", "no such bucket"), ("s3://", "write s3://BUCKET/KEY"),
    ]) func saysWhatWasWrong(address: String, words: String) throws {
        let error = try #require(failure(address))
        #expect(error.file == address && error.sentence.contains(words), "\(error)")
    }

    @Test func neverSaysAKey() throws {
        var wrong = environment()
        wrong["AWS_SECRET_ACCESS_KEY"] = "hush"
        var unknown = environment()
        unknown["AWS_ACCESS_KEY_ID"] = "AKIAUNKNOWN"
        let cases = [
            (wrong, "the keys are wrong"), (unknown, "the keys are wrong"),
            (environment(key: 3), "the keys do not allow it"),
            (["HOME": "/nonexistent"], "there are no keys"),
        ]
        for (environment, words) in cases {
            let error = try #require(failure("s3://grid/*.csv", environment))
            #expect(error.sentence.contains(words), "\(error)")
            #expect(!error.description.contains("hush") && !error.description.contains(server.words[2]))
        }
    }

    @Test func boundsTheSize() throws {
        #expect(failure("s3://grid/one.csv", limit: 100_000)?.code == .tooLarge)
    }

    /// A container's service is asked because the environment names it.
    @Test func asksAServiceForKeys() throws {
        let offers = try PythonServer("keys.py", Array(server.words[1...2]))
        var environment = environment()
        environment["AWS_ACCESS_KEY_ID"] = nil
        environment["AWS_SECRET_ACCESS_KEY"] = nil
        let address = "http://127.0.0.1:\(offers.port)"
        let container = [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(address)/container",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "let me",
        ]
        let machine = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "\(address)/"]
        for service in [container, machine] {
            let all = environment.merging(service) { first, _ in first }
            #expect(try files("s3://grid/one.csv", all).files.count == 1)
        }
        let refused = environment.merging(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(address)/container"]) {
            first,
            _ in first
        }
        #expect(failure("s3://grid/one.csv", refused)?.sentence.contains("gives none") == true)
    }
}
