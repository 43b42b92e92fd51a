internal import Foundation
internal import Verdicts

/// Reads the archive that ``Backup`` writes, and refuses whatever differs from it in one byte.
struct BackupReader: ~Copyable {
    private static let chunk = 1 << 20

    let manifest: BackupManifest
    private let source: FileHandle
    private let name: String

    /// Reads the description.
    ///
    /// - Parameters:
    ///   - source: the file or pipe, at its start.
    ///   - name: its path, for errors.
    /// - Throws: ``IndexError`` with `damaged` or `unknownFormat`.
    init(_ source: FileHandle, name: String) throws {
        let header = try Self.take(BackupEntry.block, from: source, name)
        let first = String(decoding: header.prefix { $0 != 0 }, as: UTF8.self)
        let ending = "/" + BackupManifest.name
        guard first.hasSuffix(ending), let size = BackupEntry.size(in: header),
            (1...BackupManifest.mostBytes).contains(size),
            let index = try? IndexName(String(first.dropLast(ending.count)))
        else { throw IndexError(.damaged, "\(name) is not a backup that `gridkin backup` has written") }
        let bytes = try Self.take(size, from: source, name)
        // Its checksum comes before its content is believed; the header's time is in the content.
        let text = "\(try Checksum.of(bytes))  \(BackupManifest.name)\n"
        let rest = try Self.take(-size & (BackupEntry.block - 1), from: source, name)
        let second = try Self.take(2 * BackupEntry.block, from: source, name)
        guard second.dropFirst(BackupEntry.block).prefix(text.utf8.count).elementsEqual(text.utf8) else {
            throw Self.altered(name)
        }
        let manifest = try BackupManifest(decoding: bytes, source: name)
        let own = manifest.entry(BackupManifest.name, size)
        let checksum = manifest.entry(BackupManifest.checksumName, text.utf8.count)
        guard manifest.index == index.text, header == own.header, rest == own.padding,
            second == checksum.header + text.utf8 + checksum.padding
        else { throw Self.altered(name) }
        self.manifest = manifest
        self.source = source
        self.name = name
    }

    /// Writes all files into a folder, synced, and compares each with its checksum.
    ///
    /// - Parameter report: takes the number of bytes written so far.
    /// - Throws: ``IndexError`` with `damaged` or `storage`. What was written is then no index.
    func unpack(into folder: String, report: (Int) -> Void) throws {
        var done = 0
        for file in manifest.files {
            let entry = manifest.entry(file.path, file.bytes)
            guard try Self.take(BackupEntry.block, from: source, name) == entry.header else {
                throw Self.altered(name)
            }
            try unpack(file, to: folder + "/" + file.path) {
                done += $0
                report(done)
            }
            guard try Self.take(entry.padding.count, from: source, name) == entry.padding else {
                throw Self.altered(name)
            }
        }
        let end = try Self.take(2 * BackupEntry.block, from: source, name)
        guard end.allSatisfy({ $0 == 0 }), try source.read(upToCount: 1)?.isEmpty ?? true else {
            throw Self.altered(name)
        }
    }

    private func unpack(_ file: BackupManifest.File, to path: String, report: (Int) -> Void) throws {
        let output = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw DurableFile.failure("creating", path) }
        defer { close(output) }
        var checksum = try Checksum()
        var left = file.bytes
        while left > 0 {
            let bytes = try Self.take(min(left, Self.chunk), from: source, name)
            checksum.add(bytes)
            try DurableFile.write(bytes, to: output, path)
            left -= bytes.count
            report(bytes.count)
        }
        guard checksum.finish() == file.sha256 else { throw Self.altered(name) }
        guard fsync(output) == 0 else { throw DurableFile.failure("syncing", path) }
    }

    /// Exactly this many bytes.
    private static func take(_ count: Int, from source: FileHandle, _ name: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(count, chunk))
        while bytes.count < count {
            let next: Data?
            do { next = try source.read(upToCount: min(count - bytes.count, chunk)) } catch {
                throw IndexError(.damaged, "\(name) cannot be read: \(error.localizedDescription)")
            }
            guard let next, !next.isEmpty else {
                throw IndexError(.damaged, "\(name) is cut short, or is no backup; nothing was restored")
            }
            bytes += next
        }
        return bytes
    }

    private static func altered(_ name: String) -> IndexError {
        IndexError(.damaged, "\(name) has been altered since `gridkin backup` wrote it; nothing was restored")
    }
}

extension BackupManifest {
    /// The entry of a file of the backup.
    func entry(_ name: String, _ bytes: Int) -> BackupEntry {
        BackupEntry(name: "\(index)/\(name)", bytes: bytes, time: created)
    }
}
