internal import Foundation
public import Readings
public import Verdicts

/// Where one index lies on the disk: its generations, which of them is served, its journal.
public struct IndexFolder: Sendable {
    /// The index's name.
    public let name: IndexName
    /// The folder, `indexes/<name>`.
    public let path: String

    /// An index under an indexes folder; whether it is there is another question.
    public init(_ name: IndexName, in indexes: String) {
        self.name = name
        path = indexes + "/" + name.text
    }

    /// The SQLite file of labels and pushed readings.
    public var journalPath: String { path + "/journal.sqlite" }
    /// Whether anything was ever pushed or labelled.
    package var hasJournal: Bool { FileManager.default.fileExists(atPath: journalPath) }
    /// The file that names the served generation.
    var currentPath: String { path + "/CURRENT" }
    /// Where networks are trained; there only until a build has succeeded.
    package var workshopPath: String { path + "/training" }
    /// When the training of a network that has not ended was last saved; nil where there is none to go on with.
    public var trainingSaved: Timestamp? {
        let files = (FileManager.default.subpaths(atPath: workshopPath) ?? []).filter { $0.hasSuffix(".pt") }
        let times = files.compactMap { file in
            let attributes = try? FileManager.default.attributesOfItem(atPath: workshopPath + "/" + file)
            return (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970
        }
        return times.max().map { Timestamp(milliseconds: Int64($0 * 1000)) }
    }
    /// The folder of all generations.
    var generationsPath: String { path + "/generations" }

    /// A generation's folder.
    public func path(of generation: Int) -> String {
        generationsPath + "/" + Self.folderName(generation)
    }

    /// A generation's number in six digits: folders sort as they were made.
    static func folderName(_ generation: Int) -> String {
        let digits = String(generation)
        return String(repeating: "0", count: max(6 - digits.count, 0)) + digits
    }

    /// The published generations, oldest first.
    public func generations() -> [Int] { Self.generations(in: generationsPath) }

    /// The published generations in a folder of them, oldest first.
    static func generations(in folder: String) -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.utf8.allSatisfy { (48...57).contains($0) } }.compactMap { Int($0) }.sorted()
    }

    /// Says which generations there are where one is asked for that is not among them.
    ///
    /// - Throws: ``IndexError`` with `notFound`.
    public func require(_ generation: Int) throws(IndexError) {
        let all = generations()
        if all.isEmpty { _ = try current() }
        guard !all.contains(generation) else { return }
        let there = all.isEmpty ? "none" : all.map(String.init).joined(separator: ", ")
        throw IndexError(.notFound, "the index `\(name)` has no generation \(generation); it has: \(there)")
    }

    /// The generation being served.
    ///
    /// - Throws: ``IndexError`` with `notFound` where nothing was ever published, `damaged` where `CURRENT`
    ///   does not name a generation that is there.
    public func current() throws(IndexError) -> Int {
        try requireInside()
        guard let data = FileManager.default.contents(atPath: currentPath) else {
            if FileManager.default.fileExists(atPath: currentPath) {
                throw DurableFile.failure("reading", currentPath)
            }
            throw IndexError(.notFound, whyNotFound)
        }
        let text = String(decoding: data, as: UTF8.self)
        guard let number = text.split(separator: " ").first.flatMap({ Int($0) }),
            generations().contains(number),
            let line = try? currentLine(naming: number), data.elementsEqual(line.utf8)
        else {
            throw IndexError(
                .damaged,
                "\(currentPath) names generation `\(text.prefix(20).trimmingCharacters(in: .whitespacesAndNewlines))`, which is not there or was altered; "
                    + (generations().isEmpty
                        ? "bring the folder back from a copy, or build the index again"
                        : "choose one with `gridkin rollback \(name) --to N`")
            )
        }
        return number
    }

    /// The number that `CURRENT` begins with, whether there is such a generation or not; nil where it says
    /// none.
    var numberInCurrent: Int? {
        let data = FileManager.default.contents(atPath: currentPath) ?? Data()
        return String(decoding: data.prefix(64), as: UTF8.self).split(separator: " ").first.flatMap {
            Int($0)
        }
    }

    /// What `CURRENT` says where it names a generation: its number, and its manifest's checksum, so that a
    /// flipped digit cannot name another.
    func currentLine(naming generation: Int) throws(IndexError) -> String {
        let checksum = try Checksum.ofFile(path(of: generation) + "/" + GenerationFile.manifest)
        return "\(Self.folderName(generation)) \(checksum)\n"
    }

    /// Refuses a link in place of the index's folder: what is done to an index stays under the indexes
    /// folder.
    func requireInside() throws(IndexError) {
        for path in [path, generationsPath] {
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { continue }
            throw IndexError(
                .badName,
                "\(path) is a symbolic link, and an index does not lead out of its folder; "
                    + "move the folder here, mount it here, or name the other with --indexes"
            )
        }
    }

    /// The process that is making a generation, or rolling back to one, just now; nil where none is.
    public var builder: Int? { IndexLock.note(of: self, for: .writing)?.process }

    private var whyNotFound: String {
        guard FileManager.default.fileExists(atPath: path) else {
            return "there is no index `\(name)` at \(path); "
                + "make one with `gridkin build \(name) --from FILE`"
        }
        if let builder {
            return "the index `\(name)` is being built for the first time, by process \(builder); "
                + "it answers when that has ended"
        }
        return "the index `\(name)` was never finished: \(path) holds no published generation; "
            + "run `gridkin build \(name) --from FILE` again"
    }

    /// All indexes under a folder, by name.
    public static func all(in indexes: String) -> [IndexFolder] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: indexes)) ?? []
        return names.sorted().compactMap { try? IndexName($0) }.map { IndexFolder($0, in: indexes) }
            .filter { FileManager.default.fileExists(atPath: $0.generationsPath) }
    }
}
