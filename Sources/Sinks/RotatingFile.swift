internal import Glibc

/// A file of lines that only grows, and is put aside as `.1` when it is large; what was `.1` is then `.2`.
///
/// A line is on the disk when ``append(_:)`` returns. One that a crash, or a full disk, has cut off is
/// removed before the next is written.
struct RotatingFile: ~Copyable {
    private let path: String
    private let header: [UInt8]
    private let rotateBytes: Int
    private let keep: Int
    private var opened: (descriptor: Int32, size: Int)?

    /// - Parameters:
    ///   - header: the first line of each file; empty for none.
    ///   - rotateBytes: no file gets longer than that, unless one line is.
    ///   - keep: how many files are kept beside the current one.
    init(path: String, header: [UInt8], rotateBytes: Int, keep: Int) {
        (self.path, self.header, self.rotateBytes, self.keep) = (path, header, rotateBytes, keep)
    }

    deinit { if let opened { close(opened.descriptor) } }

    /// Appends a line, and waits until it is on the disk.
    mutating func append(_ line: [UInt8]) throws(FileFailure) {
        do throws(FileFailure) {
            try open()
            if let size = opened?.size, size > header.count, size + line.count > rotateBytes {
                try rotate()
                try open()
            }
            try write(line)
        } catch {
            // What is wrong with the file, its next opening finds out.
            shut()
            throw error
        }
    }

    private mutating func shut() {
        if let opened { close(opened.descriptor) }
        opened = nil
    }

    /// Opens the file, unless it is open and still the one at its path.
    private mutating func open() throws(FileFailure) {
        if let opened, try isAtPath(opened.descriptor) { return }
        shut()
        let flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        let descriptor = Glibc.open(path, flags, 0o640)
        guard descriptor >= 0 else { throw failure("cannot be opened") }
        opened = (descriptor, 0)
        let status = try status(of: descriptor)
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileFailure("\(path) is no ordinary file") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw FileFailure("\(path) is written by another sink or process")
        }
        let size = try cutHalfLine(descriptor, size: Int(status.st_size))
        opened = (descriptor, size)
        if size == 0 {
            if !header.isEmpty { try write(header) }
            try syncFolder()
        }
    }

    private func isAtPath(_ descriptor: Int32) throws(FileFailure) -> Bool {
        let own = try status(of: descriptor)
        var other = stat()
        guard stat(path, &other) == 0 else { return false }
        return own.st_ino == other.st_ino && own.st_dev == other.st_dev
    }

    private func status(of descriptor: Int32) throws(FileFailure) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("cannot be looked at") }
        return status
    }

    /// Removes what follows the last line break.
    ///
    /// - Returns: the size after that.
    private func cutHalfLine(_ descriptor: Int32, size: Int) throws(FileFailure) -> Int {
        var end = size
        var piece = [UInt8](repeating: 0, count: 65_536)
        while end > 0 {
            let start = max(end - piece.count, 0)
            let count = pread(descriptor, &piece, end - start, off_t(start))
            guard count == end - start else { throw failure("cannot be read") }
            if let last = piece[..<count].lastIndex(of: UInt8(ascii: "\n")) {
                end = start + last + 1
                break
            }
            end = start
        }
        guard end < size else { return size }
        guard ftruncate(descriptor, off_t(end)) == 0 else { throw failure("cannot be cut") }
        return end
    }

    private mutating func write(_ line: [UInt8]) throws(FileFailure) {
        guard let (descriptor, size) = opened else { return }
        var written = 0
        while written < line.count {
            let count = line[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let failure = failure("cannot be written")
                _ = ftruncate(descriptor, off_t(size))
                throw failure
            }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw failure("cannot be brought to the disk") }
        opened = (descriptor, size + line.count)
    }

    /// Puts the file aside. After a crash in between, a number is missing: only those below it move up then.
    private mutating func rotate() throws(FileFailure) {
        var free = 1
        while free < keep, access("\(path).\(free)", F_OK) == 0 { free += 1 }
        for number in stride(from: free, to: 0, by: -1) {
            let from = number == 1 ? path : "\(path).\(number - 1)"
            guard rename(from, "\(path).\(number)") == 0 else { throw failure("cannot be put aside") }
        }
        shut()
        try syncFolder()
    }

    /// Makes names of files last.
    private func syncFolder() throws(FileFailure) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("lies in a folder that cannot be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("lies in a folder that cannot be written") }
    }

    private func failure(_ what: String) -> FileFailure {
        FileFailure("\(path) \(what): \(String(cString: strerror(errno)))")
    }
}

/// Why a line was not written.
struct FileFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
