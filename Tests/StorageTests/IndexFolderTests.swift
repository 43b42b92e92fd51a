import Foundation
import IndexSupport
import Storage
import TestSupport
import Testing
import Verdicts

@Suite struct IndexFolderTests {
    private let home: TemporaryFolder
    private let folder: IndexFolder
    private let files = FileManager.default

    init() throws {
        home = try TemporaryFolder()
        folder = try IndexFolder(in: home)
    }

    /// Publishes a generation with hardly any files.
    @discardableResult
    private func publish(_ text: String) throws -> Int {
        let (number, path, _) = try folder.prepareGeneration()
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/manifest.json"))
        try folder.publish(number)
        return number
    }

    private func code(_ body: () throws -> Int) -> IndexError.Code? {
        #expect(throws: IndexError.self) { try body() }?.code
    }

    @Test func nothingIsServedBeforeAnythingIsPublished() throws {
        #expect(code(folder.current) == .notFound && folder.generations().isEmpty)
        _ = try folder.prepareGeneration()
        #expect(code(folder.current) == .notFound && folder.generations().isEmpty)
        #expect(code { try folder.rollBack(to: nil) } == .notFound)
        #expect(code { try folder.rollBack(to: 1) } == .notFound)
    }

    @Test func theLastPublishedIsServed() throws {
        for number in 1...3 {
            #expect(try publish("manifest \(number)") == number)
            #expect(try folder.current() == number)
        }
        #expect(folder.generations() == [1, 2, 3])
        #expect(folder.path(of: 2).hasSuffix("test/generations/000002"))
        #expect(try files.contentsOfDirectory(atPath: folder.path).sorted() == ["CURRENT", "generations"])
    }

    @Test func whatAnInterruptedBuildLeftIsClearedAway() throws {
        try publish("one")
        let (number, path, _) = try folder.prepareGeneration()
        try Data([1]).write(to: URL(fileURLWithPath: path + "/half"))
        #expect(number == 2 && folder.generations() == [1])
        #expect(try folder.current() == 1)
        let (again, samePath, staleBuilds) = try folder.prepareGeneration()
        #expect(again == 2 && samePath == path && staleBuilds == [path])
        #expect(try files.contentsOfDirectory(atPath: samePath).isEmpty)
    }

    /// A crash after the new generation has got its name and before CURRENT names it.
    @Test func whatHasItsNameButIsNotNamedIsNotServed() throws {
        try publish("one")
        let (number, path, _) = try folder.prepareGeneration()
        try Data("two".utf8).write(to: URL(fileURLWithPath: path + "/manifest.json"))
        try files.moveItem(atPath: path, toPath: folder.path(of: number))
        #expect(try folder.current() == 1)
        #expect(try publish("three") == 3 && folder.current() == 3)
    }

    @Test func theLatestAndTheServedAreKept() throws {
        for number in 1...5 { try publish("manifest \(number)") }
        try folder.makeCurrent(1)
        #expect(try folder.prune(keeping: 3, and: 2) == [1, 2, 3, 4, 5])
        #expect(try folder.prune(keeping: 2, and: 3) == [1, 3, 4, 5])
        #expect(try folder.prune(keeping: 2) == [1, 4, 5])
        try folder.makeCurrent(5)
        #expect(try folder.prune(keeping: 1) == [5])
        #expect(try folder.prune(keeping: 1) == [5])
        #expect(try publish("six") == 6)
    }

    @Test func servingWhatIsNotThereIsRefused() throws {
        try publish("one")
        for number in [0, 2, -1, 1_000_000] {
            #expect(throws: IndexError.self) { try folder.makeCurrent(number) }
        }
        #expect(try folder.current() == 1)
    }

    @Test(arguments: [
        "", "\n", "1", "000001", "000001\n", "000002 abc\n", "000001 abc\n", "garbage", "000001  \n",
        "../1 x",
        "99999999999999999999 x\n",
    ])
    func aCurrentThatSaysSomethingElseIsDamaged(text: String) throws {
        try publish("one")
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/CURRENT"))
        #expect(code(folder.current) == .damaged)
        // Publishing again repairs it.
        #expect(try publish("two") == 2 && folder.current() == 2)
    }

    @Test func everyFlippedBitOfCurrentIsNoticed() throws {
        for number in 1...9 { try publish("manifest \(number)") }
        let path = URL(fileURLWithPath: folder.path + "/CURRENT")
        let whole = try Data(contentsOf: path)
        for bit in 0..<whole.count * 8 {
            var flipped = whole
            flipped[bit / 8] ^= 1 << (bit % 8)
            try flipped.write(to: path)
            #expect(code(folder.current) == .damaged, "bit \(bit)")
        }
        try whole.write(to: path)
        #expect(try folder.current() == 9)
    }

    @Test func anAlteredManifestIsNotServed() throws {
        try publish("one")
        try Data("other".utf8).write(to: URL(fileURLWithPath: folder.path(of: 1) + "/manifest.json"))
        #expect(code(folder.current) == .damaged)
    }

    @Test func onlyOneMayWrite() throws {
        try publish("one")
        let lock = try IndexLock(folder, for: .writing)
        let error = #expect(throws: IndexError.self) { try lockAndRelease(.writing) }
        #expect(error?.code == .busy && error?.message.contains("\(getpid())") == true)
        #expect(throws: Never.self) { try lockAndRelease(.serving) }
        #expect(code { try folder.rollBack(to: nil) } == .busy)
        lock.release()
        #expect(throws: Never.self) { try lockAndRelease(.writing) }
    }

    private func lockAndRelease(_ purpose: IndexLock.Purpose) throws {
        let lock = try IndexLock(folder, for: purpose)
        lock.release()
    }
}
