import Foundation
import ReadingSources
import Readings
import TestSupport
import Testing

/// Zip archives among the files.
@Suite struct ZipArchiveTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let rows = "time,kw\n2024-01-01,1\n2024-01-02,2\n"

    private func files(_ entries: [Zip.Entry], limit: Int = SizeLimit.standard) throws -> InputFiles {
        try InputFiles([folder.file("a.zip", Zip.archive(entries))], limit: limit)
    }

    private func failure(_ bytes: [UInt8], limit: Int = SizeLimit.standard) throws -> ReadingsError? {
        let path = try folder.file("a.zip", bytes)
        do throws(ReadingsError) {
            _ = try ReadingFiles(InputFiles([path], limit: limit)).read()
            return nil
        } catch {
            return error
        }
    }

    @Test func givesItsFiles() throws {
        let entries: [Zip.Entry] = [
            Zip.Entry("2024/", ""), Zip.Entry("2024/north.csv", "time,kw\n2024-01-01,1\n"),
            Zip.Entry("__MACOSX/2024/._north.csv", "x"), Zip.Entry(".hidden.csv", "x"),
            Zip.Entry("2024/east.csv", "time,kw\n2024-01-01,3\n2024-01-02,4\n"), Zip.Entry("README", "x"),
        ]
        // Whatever it is called.
        let path = try folder.file("export.csv", Zip.archive(entries))
        let inputs = try InputFiles([path])
        #expect(inputs.files.map(\.name) == ["\(path)/2024/north.csv", "\(path)/2024/east.csv"])
        #expect(inputs.remarks == ["\(path): an archive of 2 files; 1 other is left out by the ending"])
        #expect(inputs.paths == [path, path])
        let files = ReadingFiles(inputs)
        for _ in 0..<2 {
            let (summary, histories) = try files.read()
            #expect(summary.files.map(\.rows) == [1, 2] && histories.map(\.meter) == ["east", "north"])
        }
    }

    /// The order in which entries are asked for changes nothing.
    @Test func givesItsFilesInAnyOrder() throws {
        let inputs = try files((0..<9).map { Zip.Entry("m\($0).csv", "time,kw\n2024-01-01,\($0)\n") })
        for step in [1, 2, 4, 5, 7, 8] {
            let order = (0..<9).map { $0 * step % 9 }
            var permuted = inputs
            permuted.files = order.map { inputs.files[$0] }
            let (summary, histories) = try ReadingFiles(permuted).read()
            #expect(summary.files.map(\.path) == order.map { inputs.files[$0].name })
            #expect(histories.map { $0.values[0] } == (0..<9).map(Double.init))
        }
    }

    @Test func takesAnyNameIfNoneEndsAsReadingsDo() throws {
        #expect(try failure(Zip.archive([Zip.Entry("a/", "")]))?.code == .noFiles)
        #expect(try files([Zip.Entry("export", Self.rows)]).files.map(\.fileName) == ["export"])
        #expect(try failure(Zip.archive([]))?.code == .archiveUnreadable)
        #expect(try failure(Zip.archive([Zip.Entry("empty.csv", "")]))?.code == .fileEmpty)
    }

    @Test func readsGzipInIt() throws {
        let bytes = Gzip.member(Array(Self.rows.utf8))
        let (summary, histories) = try ReadingFiles(files([Zip.Entry(Array("a.csv.gz".utf8), bytes)])).read()
        #expect(summary.accepted == 2 && histories.map(\.meter) == ["a"])
    }

    /// Two meters must not become one because their names are not UTF-8.
    @Test func readsNamesOfWindows() throws {
        let bytes = Array(Self.rows.utf8)
        var entries = [
            [UInt8]("Z\u{e4}hler.csv".utf8), [0x5a, 0x84] + [UInt8](".csv".utf8),
            [0x5a, 0x94, 0x2e, 0x63, 0x73, 0x76],
        ]
        .map { Zip.Entry($0, bytes) }
        for index in 1...2 { entries[index].flags = 0 }
        #expect(try files(entries).files.map(\.fileName) == ["Zähler.csv", "Zä.csv", "Zö.csv"])
    }

    @Test func refusesWhatItCannotRead() throws {
        let good = Zip.archive([Zip.Entry("a.csv", Self.rows), Zip.Entry("b.csv", Self.rows)])
        #expect(try failure(Array(good.dropLast(10)))?.code == .archiveUnreadable)
        #expect(try failure(Array(good.prefix(60)))?.code == .archiveUnreadable)
        var damaged = good
        damaged[50] ^= 1
        let error = try #require(try failure(damaged))
        #expect(error.code == .archiveUnreadable && error.file?.hasSuffix("a.zip/a.csv") == true)
        var secret = Zip.Entry("a.csv", Self.rows)
        secret.flags |= 1
        #expect(try failure(Zip.archive([secret]))?.sentence.contains("password") == true)
        let book = Zip.archive([
            Zip.Entry("[Content_Types].xml", "<x/>"), Zip.Entry("xl/workbook.xml", "<x/>"),
        ])
        #expect(try failure(book)?.sentence.contains("as CSV") == true)
        let nested = Zip.archive([Zip.Entry(Array("inner.zip".utf8), good)])
        #expect(try failure(nested)?.sentence.contains("an archive within an archive") == true)
    }

    /// A bomb says how much it holds, or lies.
    @Test func boundsWhatItGives() throws {
        let size = Self.rows.utf8.count
        let two = Zip.archive([Zip.Entry("a.csv", Self.rows), Zip.Entry("b.csv", Self.rows)])
        #expect(try failure(two, limit: 2 * size) == nil)
        #expect(try failure(two, limit: 2 * size - 1)?.code == .tooLarge)
        var entry = Zip.Entry("a.csv", Self.rows)
        for lie in [1, size - 1, size + 1] {
            entry.size = lie
            #expect(try failure(Zip.archive([entry]))?.code == .archiveUnreadable, "\(lie)")
        }
    }

    @Test func rejectedRowsDoNotOverwriteIt() throws {
        let bytes = Zip.archive([Zip.Entry("a.csv", Self.rows + "2024-01-03,x\n")])
        let path = try folder.file("a.zip", bytes)
        let error = #expect(throws: ReadingsError.self) {
            try ReadingFiles(paths: [path], rejects: path).read()
        }
        #expect(error?.code == .rejectsUnwritable)
        #expect(try folder.bytes("a.zip") == Data(bytes))
    }
}
