#if canImport(Glibc)
import Glibc
#endif

/// What can be said of a secret file without reading it.
public enum AccessFile {
    /// Whether the file's group may read or change it, which is worth a warning.
    public static func isOpenToGroup(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o070 != 0
    }
}
