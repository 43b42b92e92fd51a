internal import Glibc

/// The files of readings in a folder and the folders within it.
///
/// In a folder, a file's ending decides, since there is no user who named it; what it is, its content
/// decides. What is hidden is passed over, as a shell does. Links to folders are not followed: they may lead
/// back.
package struct FolderListing {
    /// The endings of files of readings, before `.gz`.
    static let endings: Set<String> = [
        "csv", "tsv", "txt", "dat", "json", "ndjson", "jsonl", "db", "sqlite", "sqlite3", "zip",
    ]

    /// The paths, sorted by their bytes.
    private(set) var paths: [String] = []
    /// How many files with other endings were left out, by ending.
    private(set) var leftOut: [String: Int] = [:]
    /// The folders that are indexes: what is in them are no readings to build from.
    private(set) var indexes: [String] = []

    /// Lists a folder.
    ///
    /// - Throws: ``ReadingsError`` if a folder cannot be read, or `noFiles` if no file has a known ending,
    ///   and there is no index.
    init(_ folder: String) throws(ReadingsError) {
        if Self.isIndex(folder) { indexes = [folder] } else { try list(folder) }
        paths.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        indexes.sort()
        guard paths.isEmpty, indexes.isEmpty else { return }
        let found =
            leftOut.isEmpty ? "is an empty folder" : "is a folder with other files only (\(otherEndings))"
        throw ReadingsError(
            .noFiles,
            file: folder,
            "\(found); files of readings end in \(Self.listOfEndings), also with .gz. Name others one by one"
        )
    }

    /// The endings left out, for a message.
    var otherEndings: String {
        leftOut.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
            .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }

    private mutating func list(_ folder: String) throws(ReadingsError) {
        guard let stream = opendir(folder) else { throw ByteSource.refused(folder, errno) }
        defer { closedir(stream) }
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix(".") else { continue }
            let path = prefix + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                if Self.isIndex(path) { indexes.append(path) } else { try list(path) }
            } else if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
                add(path, name)
            }
        }
    }

    private mutating func add(_ path: String, _ name: String) {
        if Self.hasKnownEnding(name) {
            paths.append(path)
        } else {
            leftOut[Self.ending(name).map { ".\($0)" } ?? "without ending", default: 0] += 1
        }
    }
}

extension FolderListing {
    /// The indexes that were left out, for a message.
    var namedIndexes: String {
        let shown = indexes.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
        return indexes.count > 3 ? "\(shown) and \(indexes.count - 3) more" : shown
    }

    /// Whether a folder is an index of this program: one with generations, each with its manifest.
    private static func isIndex(_ folder: String) -> Bool {
        let generations = folder + "/generations"
        guard let stream = opendir(generations) else { return false }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.utf8.allSatisfy({ (48...57).contains($0) }) else { continue }
            if access("\(generations)/\(name)/manifest.json", F_OK) == 0 { return true }
        }
        return false
    }

    /// Whether a name ends as files of readings do.
    package static func hasKnownEnding(_ name: String) -> Bool { ending(name).map(endings.contains) ?? false }

    /// Whether a file or a folder on the way to it is hidden, or one that macOS adds to archives.
    package static func isHidden(_ path: String) -> Bool {
        path.split(separator: "/").contains {
            $0.hasPrefix(".") && $0 != "." && $0 != ".." || $0 == "__MACOSX"
        }
    }

    private static let listOfEndings = endings.sorted().map { "." + $0 }.joined(separator: ", ")

    /// The ending in small letters, the one before `.gz` if there is one.
    private static func ending(_ name: String) -> String? {
        var parts = name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        if parts.count > 2, parts.last == "gz" { parts.removeLast() }
        return parts.count > 1 ? parts.last.map(String.init) : nil
    }
}
