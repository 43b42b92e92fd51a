internal import Foundation
public import Readings
public import Verdicts

/// The folder of one index: its generations, which of them is served, and its journal.
public struct IndexFolder: Sendable {
    /// The index's name.
    public let name: IndexName
    /// The folder, `indexes/<name>`.
    public let path: String

    /// The folder of an index under an indexes folder; it need not exist.
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
    /// The folder in which networks are trained; it exists only until a build has succeeded.
    package var trainingPath: String { path + "/training" }
    /// When the unfinished training of a network was last saved; nil if there is none to resume.
    public var trainingSaved: Timestamp? {
        let files = (FileManager.default.subpaths(atPath: trainingPath) ?? []).filter { $0.hasSuffix(".pt") }
        let times = files.compactMap { file in
            let attributes = try? FileManager.default.attributesOfItem(atPath: trainingPath + "/" + file)
            return (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970
        }
        return times.max().map { Timestamp(milliseconds: Int64($0 * 1000)) }
    }
    /// The folder of all generations.
    var generationsPath: String { path + "/generations" }

    /// The path of a generation's folder.
    public func path(of generation: Int) -> String {
        generationsPath + "/" + Self.folderName(generation)
    }

    /// A generation's folder and its files.
    package func files(of generation: Int) -> GenerationFolder { GenerationFolder(path(of: generation)) }

    /// A generation's number in six digits, so that folders sort in the order they were made.
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

    /// Checks that there is a generation of a number.
    ///
    /// - Throws: ``IndexError`` with `notFound`, naming those that there are.
    public func require(_ generation: Int) throws(IndexError) {
        let all = generations()
        if all.isEmpty { _ = try current() }
        guard !all.contains(generation) else { return }
        let existing = all.isEmpty ? "none" : all.map(String.init).joined(separator: ", ")
        throw IndexError(
            .notFound,
            "the index `\(name)` has no generation \(generation); it has: \(existing)"
        )
    }

    /// The number of the generation being served.
    ///
    /// - Throws: ``IndexError`` with `notFound` where nothing was ever published, `damaged` where `CURRENT`
    ///   does not name an existing generation.
    public func current() throws(IndexError) -> Int {
        try requireInside()
        try requireAccess()
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
            let named = text.prefix(20).trimmingCharacters(in: .whitespacesAndNewlines)
            throw IndexError(
                .damaged,
                "\(currentPath) names generation `\(named)`, which is not there or was altered; "
                    + (generations().isEmpty
                        ? "bring the folder back from a copy, or build the index again"
                        : "choose one with `gridkin rollback \(name) --to N`")
            )
        }
        return number
    }

    /// The number that `CURRENT` begins with, whether there is such a generation or not; nil where it begins
    /// with none.
    var numberInCurrent: Int? {
        let data = FileManager.default.contents(atPath: currentPath) ?? Data()
        return String(decoding: data.prefix(64), as: UTF8.self).split(separator: " ").first.flatMap {
            Int($0)
        }
    }

    /// The content of `CURRENT` where it names a generation: its number, and its manifest's checksum, so that
    /// a flipped digit cannot name another.
    func currentLine(naming generation: Int) throws(IndexError) -> String {
        let checksum = try Checksum.ofFile(files(of: generation).manifest)
        return "\(Self.folderName(generation)) \(checksum)\n"
    }

    /// Refuses a link in place of the index's folder: changes to an index must stay under the indexes folder.
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

    /// Refuses a folder that exists and may not be opened: all in it would look as if it were not there.
    private func requireAccess() throws(IndexError) {
        guard isClosed else { return }
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        let owner = attributes?[.ownerAccountName] as? String ?? "another user"
        throw IndexError(
            .storage,
            "\(path) may be opened by its owner alone, \(owner); run this as \(owner), or let \(owner) share "
                + "the folder with a group (chmod 2770)"
        )
    }

    /// The process that is making a generation, or rolling back to one, now; nil if there is none.
    public var builder: Int? { IndexLock.note(of: self, for: .writing)?.process }

    /// Whether it is a folder that this user may not open.
    private var isClosed: Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            && access(path, R_OK | X_OK) != 0 && errno == EACCES
    }

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
            .filter { FileManager.default.fileExists(atPath: $0.generationsPath) || $0.isClosed }
    }
}

/// The name of an index: a folder directly under the indexes folder, and nothing else.
public struct IndexName: Hashable, Sendable, CustomStringConvertible {
    /// The name itself.
    public let text: String

    static let longest = 64

    /// Checks a name: 1…64 letters, digits, `-`, `_` and `.`, not starting with a dot.
    ///
    /// - Throws: ``IndexError`` with `badName`. A name is part of a path, so a name that could lead out of
    ///   the indexes folder is refused and not repaired.
    public init(_ text: String) throws(IndexError) {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."):
                true
            default:
                false
            }
        }
        guard allowed, !text.isEmpty, text.utf8.count <= Self.longest, text.first != "." else {
            throw IndexError(
                .badName,
                "`\(text)` cannot name an index: use 1 to \(Self.longest) letters, digits, `-`, `_` and `.`, "
                    + "not starting with a dot"
            )
        }
        self.text = text
    }

    /// The name itself.
    public var description: String { text }
}
