import Dispatch
import Foundation
import ReadingSources
import Readings
import TestSupport
import Testing

/// What `--from` may name on this machine.
@Suite struct InputFilesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let rows = "time,kw\n2024-01-01,1\n2024-01-02,2\n"

    /// Names of files in the temporary folder, for short.
    private func names(_ files: InputFiles) -> [String] {
        files.files.map { $0.name.replacing(folder.path + "/", with: "") }
    }

    private func remarks(_ files: InputFiles) -> [String] {
        files.remarks.map { $0.replacing(folder.path + "/", with: "") }
    }

    private func failure(_ words: [String], limit: Int = SizeLimit.standard) -> ReadingsError? {
        do throws(ReadingsError) {
            _ = try ReadingFiles(InputFiles(words, limit: limit)).read()
            return nil
        } catch {
            return error
        }
    }

    private func makeFolder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
        return folder.path(name)
    }

    @Test func takesAFolderWithAllInIt() throws {
        let data = try makeFolder("data/b/c")
        for name in [
            "data/z.csv", "data/b/c/1.TSV", "data/B.csv.gz", "data/b.zip.bak", "data/.x.csv", "data/notes",
        ] {
            try folder.file(name, Self.rows)
        }
        try folder.file("data/b/plan.pdf", "%PDF")
        try folder.file("data/b/old.pdf", "%PDF")
        symlink(folder.path("data"), data + "/loop.csv")
        let files = try InputFiles([folder.path("data")])
        #expect(names(files) == ["data/B.csv.gz", "data/b/c/1.TSV", "data/z.csv"])
        #expect(
            remarks(files) == ["data: 3 files; left out by their endings: 2 .pdf, 1 .bak, 1 without ending"]
        )
        #expect(try names(InputFiles([folder.path("data/")])) == names(files))
    }

    @Test("An index in a folder is left out and said, whatever it is called")
    func leavesIndexesOut() throws {
        for name in ["data/indexes/lead/generations/000001", "data/mine/generations/000012/second"] {
            _ = try makeFolder(name)
        }
        for index in ["indexes/lead/generations/000001", "mine/generations/000012"] {
            try folder.file("data/\(index)/manifest.json", "{}")
            try folder.file("data/\(index)/rejects.csv", Self.rows)
        }
        // Folders that only look alike.
        _ = try makeFolder("data/other/generations/2024")
        try folder.file("data/other/generations/2024/m.csv", Self.rows)
        try folder.file("data/a.csv", Self.rows)
        let files = try InputFiles([folder.path("data")])
        #expect(names(files) == ["data/a.csv", "data/other/generations/2024/m.csv"])
        let said = "data: left out, as an index and no readings: `data/indexes/lead`, `data/mine`"
        #expect(remarks(files) == ["data: 2 files", said])
        let alone = try #require(failure([folder.path("data/indexes")]))
        #expect(alone.code == .noFiles && alone.sentence.contains("`gridkin readings NAME`"))
        #expect(failure([folder.path("data/mine")])?.code == .noFiles)
        let both = try InputFiles([folder.path("data/indexes"), folder.path("data/a.csv")])
        #expect(names(both) == ["data/a.csv"])
    }

    @Test func refusesAFolderWithoutReadings() throws {
        let data = try makeFolder("data")
        #expect(failure([data])?.sentence.hasPrefix("is an empty folder") == true)
        try folder.file("data/a.pdf", "%PDF")
        let error = try #require(failure([data]))
        #expect(error.code == .noFiles && error.file == data && error.sentence.contains("(1 .pdf)"))
    }

    @Test func takesAPattern() throws {
        for name in ["m10.csv", "m2.csv", "n1.csv", "m[1].csv"] { try folder.file(name, Self.rows) }
        let files = try InputFiles([folder.path("m*.csv")])
        #expect(names(files) == ["m10.csv", "m2.csv", "m[1].csv"])
        #expect(remarks(files) == ["m*.csv: 3 matches"])
        // A file of that very name is meant, not a pattern.
        #expect(try names(InputFiles([folder.path("m[1].csv")])) == ["m[1].csv"])
        let error = try #require(failure([folder.path("x*.csv")]))
        #expect(error.code == .fileNotFound && error.sentence == "no file fits this pattern")
        #expect(failure(["ftp://host/a.csv"])?.sentence.contains("s3://") == true)
        #expect(
            InputFiles.places([folder.path("n*.csv"), folder.path, "http://a/b"])
                == [folder.path("n1.csv"), folder.path]
        )
    }

    @Test func readsAFileOnceHoweverOftenItIsNamed() throws {
        let path = try folder.file("a.csv", Self.rows)
        symlink(path, folder.path("b.csv"))
        let files = try InputFiles([path, folder.path("*.csv")])
        #expect(names(files) == ["a.csv"])
        #expect(
            remarks(files).dropFirst() == [
                "a.csv: named more than once; it is read once",
                "b.csv: named more than once; it is read once",
            ]
        )
    }

    /// A pipe gives its bytes once; they are read twice.
    @Test func keepsWhatAPipeGives() throws {
        let path = folder.path("pipe.csv")
        #expect(mkfifo(path, 0o600) == 0)
        let text = "time,kw\n" + (0..<60_000).map { "\(1_700_000_000 + $0),\($0 % 100)\n" }.joined()
        let writer = DispatchQueue(label: "writer")
        writer.async { try? Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
        let files = try ReadingFiles(InputFiles([path]))
        for _ in 0..<2 {
            let (summary, histories) = try files.read()
            #expect(summary.accepted == 60_000 && histories.map(\.meter) == ["pipe"])
            #expect(histories[0].values.last == 99)
        }
    }

    @Test func boundsWhatAPipeGives() throws {
        let error = try #require(failure(["/dev/zero"], limit: 1 << 20))
        #expect(error.code == .tooLarge && error.sentence.contains("more than 1 MiB"))
        #expect(error.sentence.contains("--size-limit"))
    }

    @Test func boundsWhatGzipGives() throws {
        let path = try folder.file("a.csv.gz", Gzip.member(Array(Self.rows.utf8)))
        #expect(failure([path], limit: Self.rows.utf8.count) == nil)
        #expect(failure([path], limit: Self.rows.utf8.count - 1)?.code == .tooLarge)
    }

    /// What is appended after the first look is left to the next command; any other change is refused.
    @Test func noticesChanges() throws {
        let path = try folder.file("a.csv", Self.rows)
        let files = try ReadingFiles(paths: [path])
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("2024-01-03,3\n".utf8))
        try handle.close()
        #expect(try files.read().summary.accepted == 2)
        try folder.file("a.csv", Self.rows)
        let error = #expect(throws: ReadingsError.self) { try files.read() }
        #expect(error?.code == .fileChanged)
        #expect(try ReadingFiles(paths: [path]).read().summary.accepted == 2)
    }
}
