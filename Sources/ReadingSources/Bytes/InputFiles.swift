// What stands behind `--from` becomes files here, before any of them is read: a mistake in the last name must
// not cost the reading of all others. What can be had only once is brought now, since files are read twice.

internal import Glibc
internal import Text

/// The files that a user named: by path, folder, pattern, `-` or address.
public struct InputFiles: Sendable {
    /// The files, in the order named; those of a folder or a pattern sorted by name, those of an archive as
    /// stored.
    package var files: [InputFile] = []

    /// What was found, in sentences for the user.
    public internal(set) var remarks: [String] = []

    /// The indexes in the folders, which were left out, for a message.
    private var indexes = ""
    private let remotes: [any RemoteFiles]
    private let limit: Int
    private let progress: FetchProgress
    private var known: Set<DiskFile.Identity> = []
    private var addresses: Set<String> = []

    /// Finds files, and brings those that can be read only once.
    ///
    /// - Parameters:
    ///   - words: what the user wrote.
    ///   - remotes: who reaches files by their address.
    ///   - limit: the most bytes of a download, a pipe, an archive or gzip.
    ///   - tables: which tables of databases are read.
    ///   - progress: called while bytes are fetched.
    /// - Throws: ``ReadingsError`` for the first that cannot be had.
    public init(
        _ words: [String],
        remotes: [any RemoteFiles] = [],
        limit: Int = SizeLimit.standard,
        tables: TableChoice = TableChoice(),
        progress: @escaping FetchProgress = { _, _, _ in }
    ) throws(ReadingsError) {
        guard !words.isEmpty else { throw ReadingsError(.noFiles, "name at least one file with readings") }
        (self.remotes, self.limit, self.progress) = (remotes, limit, progress)
        for word in words { try add(word) }
        guard !files.isEmpty else {
            throw ReadingsError(
                .noFiles,
                file: words.first,
                "holds no readings but in indexes (\(indexes)); `gridkin readings NAME` prints what an index holds"
            )
        }
        try openDatabases(tables)
    }

    /// The paths of those that are on disk, or in an archive on disk.
    public var paths: [String] { files.compactMap(\.path) }

    private mutating func add(_ word: String) throws(ReadingsError) {
        var status = stat()
        if word == "-" {
            guard isatty(STDIN_FILENO) == 0 else {
                throw ReadingsError(
                    .fileUnreadable,
                    file: word,
                    "standard input is a terminal; send a file or a pipe into it"
                )
            }
            try keep(word, fileName: "stdin", descriptor: STDIN_FILENO)
        } else if let remote = remotes.first(where: { $0.know(word) }) {
            try add(word, of: remote)
        } else if stat(word, &status) == 0 {
            try add(path: word, status)
        } else {
            let number = errno
            let matches = Self.matches(word)
            guard !matches.isEmpty else { throw Self.missing(word, number) }
            remarks.append("\(word): \(matches.count.counted("match", "matches"))")
            for path in matches {
                guard stat(path, &status) == 0 else { throw ByteSource.refused(path, errno) }
                try add(path: path, status)
            }
        }
    }

    private mutating func add(path: String, _ status: stat) throws(ReadingsError) {
        guard status.st_mode & S_IFMT == S_IFDIR else { return try addFile(path, status) }
        let listing = try FolderListing(path)
        let others = listing.leftOut.isEmpty ? "" : "; left out by their endings: \(listing.otherEndings)"
        remarks.append("\(path): \(listing.paths.count.counted("file", "files"))\(others)")
        if !listing.indexes.isEmpty {
            indexes = listing.namedIndexes
            remarks.append("\(path): left out, as an index and no readings: \(indexes)")
        }
        for path in listing.paths {
            var status = stat()
            guard stat(path, &status) == 0 else { throw ByteSource.refused(path, errno) }
            try addFile(path, status)
        }
    }

    private mutating func addFile(_ path: String, _ status: stat) throws(ReadingsError) {
        let fileName = path.split(separator: "/").last.map(String.init) ?? path
        guard let file = DiskFile(path, status) else {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw ByteSource.refused(path, errno) }
            defer { close(descriptor) }
            return try keep(path, fileName: fileName, descriptor: descriptor)
        }
        guard known.insert(file.identity).inserted else {
            return remarks.append("\(path): named more than once; it is read once")
        }
        let found = InputFile(
            name: path,
            fileName: fileName,
            size: file.size,
            place: .disk(file),
            limit: limit
        )
        try add(
            found,
            archive: ZipArchive(name: path, path: path, limit: limit) { () throws(ReadingsError) in
                try file.open(path)
            }
        )
    }

    /// Keeps what a pipe gives.
    private mutating func keep(_ name: String, fileName: String, descriptor: Int32) throws(ReadingsError) {
        let kept = try KeptFile(name: name, limit: limit)
        var room = [UInt8](repeating: 0, count: 128 << 10)
        while true {
            let count = read(descriptor, &room, room.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ByteSource.refused(name, errno) }
            if count == 0 { break }
            try room.withUnsafeBufferPointer { (bytes) throws(ReadingsError) in
                try kept.append(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[..<count])))
            }
            progress(name, kept.size, 0)
        }
        try add(kept, name: name, fileName: fileName)
    }

    private mutating func add(_ address: String, of remote: any RemoteFiles) throws(ReadingsError) {
        let found = try remote.find(address)
        if found.count > 1 { remarks.append("\(address): \(found.count) files") }
        for file in found {
            guard addresses.insert(file.address).inserted else {
                remarks.append("\(file.name): named more than once; it is read once")
                continue
            }
            let kept = try KeptFile(name: file.name, limit: limit)
            if let remark = try remote.fetch(file, into: kept, progress: progress) {
                remarks.append("\(file.name): \(remark)")
            }
            try add(kept, name: file.name, fileName: file.fileName)
        }
    }

    private mutating func add(_ kept: KeptFile, name: String, fileName: String) throws(ReadingsError) {
        let file = InputFile(
            name: name,
            fileName: fileName,
            size: kept.size,
            place: .kept(kept),
            limit: limit
        )
        try add(
            file,
            archive: ZipArchive(name: name, path: nil, limit: limit) { () throws(ReadingsError) in
                try kept.reopen()
            }
        )
    }

    /// Adds a file, or those in it if it is an archive.
    private mutating func add(_ file: InputFile, archive: ZipArchive) throws(ReadingsError) {
        guard try file.isZip else { return files.append(file) }
        let entries = try archive.entries()
        let known = entries.filter { FolderListing.hasKnownEnding($0.name) }
        let taken = known.isEmpty ? entries : known
        guard !taken.isEmpty else {
            throw ReadingsError(.noFiles, file: file.name, "is an archive without a file in it")
        }
        let others = entries.count - taken.count
        let leftOut =
            others > 0 ? "; \(others.counted("other is", "others are")) left out by the ending" : ""
        remarks.append("\(file.name): an archive of \(taken.count.counted("file", "files"))\(leftOut)")
        for entry in taken {
            files.append(
                InputFile(
                    name: "\(file.name)/\(entry.name)",
                    fileName: entry.name.split(separator: "/").last.map(String.init) ?? entry.name,
                    size: entry.size,
                    place: .entry(archive, entry),
                    limit: limit
                )
            )
        }
    }
}

extension InputFiles {
    /// The paths and folders that words stand for, patterns replaced by what fits them; addresses are left
    /// out.
    public static func places(_ words: [String]) -> [String] {
        words.flatMap { word in
            var status = stat()
            return stat(word, &status) == 0 ? [word] : matches(word)
        }
    }

    /// The paths that fit a shell's pattern, sorted by their bytes.
    private static func matches(_ pattern: String) -> [String] {
        guard pattern.contains(where: { "*?[".contains($0) }) else { return [] }
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, GLOB_NOSORT, nil, &found) == 0 else { return [] }
        let paths = (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
        return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func missing(_ word: String, _ number: Int32) -> ReadingsError {
        if word.contains(where: { "*?[".contains($0) }) {
            return ReadingsError(.fileNotFound, file: word, "no file fits this pattern")
        }
        if let scheme = word.firstRange(of: "://") {
            return ReadingsError(
                .fileNotFound,
                file: String(word[..<scheme.upperBound]),
                "is not a known kind of address; known are http://, https:// and s3://"
            )
        }
        return ByteSource.refused(word, number)
    }
}
