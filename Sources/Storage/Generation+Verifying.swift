internal import Dispatch
internal import Foundation
internal import Synchronization
internal import Verdicts

extension Generation {
    /// Reads a generation's manifest and compares every file with it.
    ///
    /// - Throws: ``IndexError`` with `damaged`, naming the first file that is missing, foreign or altered.
    static func verifiedManifest(_ files: GenerationFolder) throws(IndexError) -> Manifest {
        let own = [files.path, files.manifest, files.manifestChecksum, files.secondLook.path]
        for link in own where isLink(link) { throw IndexError(.damaged, whyNoLink(link)) }
        let checksum = String(decoding: try bytes(files.manifestChecksum), as: UTF8.self)
        guard checksum == GenerationFile.manifestChecksum(try Checksum.ofFile(files.manifest)) else {
            throw IndexError(
                .damaged,
                "\(files.manifest) has been altered, or its checksum has; \(remedy(files))"
            )
        }
        let manifest = try Manifest(decoding: bytes(files.manifest), path: files.manifest)
        if let problem = problems(manifest, files).first { throw IndexError(.damaged, problem) }
        return manifest
    }

    /// All problems of a generation's files; empty when all is well.
    static func problems(_ manifest: Manifest, _ files: GenerationFolder) -> [String] {
        let present: Set<String>
        do { present = Set(try files.names()) } catch { return [error.message] }
        let checksums = checksums(of: present.intersection(manifest.files.keys), in: files)
        var problems: [String] = []
        let own = [GenerationFile.manifest, GenerationFile.manifestChecksum]
        for name in present.subtracting(manifest.files.keys).subtracting(own).sorted() {
            problems.append("\(files.path(of: name)) is not part of this generation; move it away")
        }
        for (name, file) in manifest.files.sorted(by: { $0.key < $1.key }) {
            let path = files.path(of: name)
            // A name from a file is not trusted: only names found in the folder are opened.
            guard present.contains(name) else {
                problems.append("\(path) is missing; \(remedy(files))")
                continue
            }
            guard !isLink(path) else {
                problems.append(whyNoLink(path))
                continue
            }
            switch checksums[name] {
            case .success(file.sha256)?: break
            case .failure(let error)?: problems.append(error.message)
            default: problems.append("\(path) has been altered; \(remedy(files))")
            }
        }
        return problems
    }

    /// The files' checksums, by name, computed on all cores: this is the longest part of a start.
    ///
    /// - Parameter found: names that were found in the folder; those of a manifest are not trusted.
    private static func checksums(
        of found: Set<String>,
        in files: GenerationFolder
    ) -> [String: Result<String, IndexError>] {
        // The largest first, so that no core ends with it while the others have nothing to do.
        let sizes = found.map { name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: files.path(of: name))
            return (name: name, bytes: attributes?[.size] as? Int ?? 0)
        }
        let names = sizes.sorted { ($1.bytes, $0.name) < ($0.bytes, $1.name) }.map(\.name)
        let checksums = Mutex<[String: Result<String, IndexError>]>([:])
        DispatchQueue.concurrentPerform(iterations: names.count) { number in
            let checksum = Result { () throws(IndexError) in
                try Checksum.ofFile(files.path(of: names[number]))
            }
            checksums.withLock { $0[names[number]] = checksum }
        }
        return checksums.withLock { $0 }
    }

    /// Whether a path is a link: what it leads to may be another file a moment after it was verified.
    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    private static func whyNoLink(_ path: String) -> String {
        "\(path) is a symbolic link, and a generation's files are its own; bring the folder back from a copy"
    }

    /// How to recover from a damaged generation; suggests a rollback only if another generation exists.
    private static func remedy(_ files: GenerationFolder) -> String {
        let path = files.path
        let folder = (path as NSString).deletingLastPathComponent
        let others = IndexFolder.generations(in: folder).map(IndexFolder.folderName)
            .filter { $0 != (path as NSString).lastPathComponent }
        let another = others.isEmpty ? "" : "serve another generation with `gridkin rollback`, or "
        return another + "bring the folder back from a copy"
            + (others.isEmpty ? ", or build the index again" : "")
    }
}
