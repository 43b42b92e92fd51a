internal import Glibc

extension ReadingFiles {
    /// Refuses to overwrite one of the files with the rejected rows.
    func refuseOverwriting(_ rejects: String) throws(ReadingsError) {
        guard let target = Self.identity(rejects) else { return }
        for path in paths where Self.identity(path).map({ $0 == target }) ?? false {
            throw ReadingsError(
                .rejectsUnwritable,
                file: rejects,
                "the rejected rows would overwrite the readings; name another path for them"
            )
        }
    }

    /// The size of all files, for progress; those that cannot be opened count as 0.
    var totalSize: Int {
        paths.reduce(0) { sum, path in
            var status = stat()
            return stat(path, &status) == 0 ? sum + Int(status.st_size) : sum
        }
    }

    /// A path's file name without its folders and without an ending such as `.csv` or `.csv.gz`.
    static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let withoutGzip = name.lowercased().hasSuffix(".gz") ? String(name.dropLast(3)) : name
        guard let point = withoutGzip.lastIndex(of: "."), point > withoutGzip.startIndex else {
            return withoutGzip
        }
        return String(withoutGzip[..<point])
    }

    /// A regular file's identity, equal for two paths of one file; nil for anything else.
    private static func identity(_ path: String) -> [UInt64]? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
    }
}
