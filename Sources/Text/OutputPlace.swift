internal import Glibc

/// Where a file that the user names is written.
///
/// One rule for all outputs of all commands: a regular file, or none, is replaced whole (``OutputFile``); a
/// symbolic link stays and its target is replaced; a device or a FIFO is written through, as a shell's `>`
/// does; so is one of the program's own descriptors, such as `/dev/stdout`. A folder, a socket, and a file
/// that the command reads are refused.
public struct OutputPlace: Sendable {
    enum Form {
        /// A regular file, or none yet.
        case file(target: String, Existing?)
        /// A device or a FIFO.
        case stream(String)
        /// A descriptor that is open already.
        case descriptor(Int32)
    }

    /// What the file that is replaced leaves to the new one.
    struct Existing {
        let mode: mode_t
        let owner: uid_t
        let group: gid_t
    }

    /// As the user wrote it.
    public let path: String
    let form: Form

    /// The standard output.
    public static let standardOutput = OutputPlace(path: "stdout", form: .descriptor(STDOUT_FILENO))

    private init(path: String, form: Form) {
        self.path = path
        self.form = form
    }

    /// Looks at what is at a path now.
    ///
    /// - Parameter inputs: files and folders that the command reads; the output must be none of these files,
    ///   and in none of these folders.
    /// - Throws: ``OutputError`` if the place is refused.
    public init(_ path: String, inputs: [String] = []) throws(OutputError) {
        self.path = path
        form = try Self.form(of: path)
        try refuse(inputs)
    }

    /// The folder of the regular file; nil for anything else.
    public var folder: String? {
        if case .file(let target, _) = form { folderName(of: target) } else { nil }
    }

    /// Whether it is the program's own standard output, where its result goes too.
    public var isStandardOutput: Bool {
        if case .descriptor(STDOUT_FILENO) = form { true } else { false }
    }

    /// Whether there is a regular file that would be replaced.
    public var isTaken: Bool {
        if case .file(_, .some) = form { true } else { false }
    }

    private static func form(of path: String) throws(OutputError) -> Form {
        var status = stat()
        let target = try target(of: path)
        if let number = descriptor(target) { return .descriptor(number) }
        guard stat(target, &status) == 0 else {
            guard errno == ENOENT else { throw OutputError(path: path, errno: errno) }
            return .file(target: target, nil)
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            let (mode, owner, group) = (status.st_mode & 0o7777, status.st_uid, status.st_gid)
            return .file(target: target, Existing(mode: mode, owner: owner, group: group))
        case S_IFDIR: throw OutputError(path: path, reason: "it is a folder; name a file in it")
        case S_IFSOCK: throw OutputError(path: path, reason: "it is a socket; name a file")
        default: return .stream(target)
        }
    }

    /// The most links that lead to one file, as in Linux.
    private static let mostLinks = 40

    /// The end of the symbolic links that begin at a path; there may be no file.
    private static func target(of path: String) throws(OutputError) -> String {
        var target = path
        for _ in 0..<mostLinks {
            guard descriptor(target) == nil, let next = link(target) else { return target }
            target = next.hasPrefix("/") ? next : folderName(of: target) + "/" + next
        }
        throw OutputError(path: path, errno: ELOOP)
    }

    /// Where a symbolic link leads; nil for anything else.
    private static func link(_ path: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = bytes.withUnsafeMutableBytes { buffer in
            buffer.withMemoryRebound(to: CChar.self) { buffer in
                buffer.baseAddress.map { readlink(path, $0, buffer.count) } ?? 0
            }
        }
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }

    /// The program's own descriptor that a path names. Opened by its name, a regular file would be written
    /// from its start, although a shell's `>>` wants its end.
    private static func descriptor(_ path: String) -> Int32? {
        for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
            return Int32(path.dropFirst(folder.count))
        }
        return nil
    }

    /// Refuses to overwrite what the command reads.
    private func refuse(_ inputs: [String]) throws(OutputError) {
        let target: String
        switch form {
        case .file(let path, _): target = path
        case .descriptor(let number): target = "/proc/self/fd/\(number)"
        case .stream: return
        }
        let itself = FileIdentity(target)
        let folders = folder.map(FileIdentity.folders) ?? []
        for input in inputs {
            guard let read = FileIdentity(input) else { continue }
            if read == itself, read.isRegular {
                throw OutputError(path: path, reason: "the command reads it; name another file")
            }
            if folders.contains(read) {
                throw OutputError(path: path, reason: "it lies in \(input), which the command reads")
            }
        }
    }
}

/// What tells one file or folder from all others, whatever its path.
private struct FileIdentity: Equatable {
    private let device: UInt64
    private let number: UInt64
    let isRegular: Bool

    /// nil if there is nothing at the path.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
        isRegular = status.st_mode & S_IFMT == S_IFREG
    }

    /// A folder and all folders above it.
    static func folders(_ folder: String) -> [FileIdentity] {
        var folders: [FileIdentity] = []
        var path = folder
        while let identity = FileIdentity(path), folders.last != identity {
            folders.append(identity)
            path += "/.."
        }
        return folders
    }
}

/// The folder of a path, as far as it is written.
func folderName(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// A result could not be written.
public struct OutputError: Error, Equatable, CustomStringConvertible, Sendable {
    /// The place, as the user wrote it.
    public let path: String
    /// What is wrong, without the path.
    public let reason: String

    /// An error about a place.
    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    init(path: String, errno: Int32) {
        self.init(path: path, reason: String(cString: strerror(errno)).lowercased())
    }

    /// The sentence, for people.
    public var description: String { "\(path) cannot be written: \(reason)" }
}
