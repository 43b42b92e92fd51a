internal import Glibc

extension ReadingFiles {
    /// Refuses to write the rejected rows over one of the files they come from.
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

    /// Sizes of all files, for progress; 0 for those that cannot be opened.
    var totalSize: Int {
        paths.reduce(0) { sum, path in
            var status = stat()
            return stat(path, &status) == 0 ? sum + Int(status.st_size) : sum
        }
    }

    /// A path's file name without folders and without `.csv`, `.csv.gz` and the like.
    static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let withoutGzip = name.lowercased().hasSuffix(".gz") ? String(name.dropLast(3)) : name
        guard let point = withoutGzip.lastIndex(of: "."), point > withoutGzip.startIndex else {
            return withoutGzip
        }
        return String(withoutGzip[..<point])
    }

    /// What makes two paths the same regular file.
    private static func identity(_ path: String) -> [UInt64]? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
    }
}
