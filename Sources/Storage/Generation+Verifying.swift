internal import Dispatch
internal import Foundation
internal import Synchronization
internal import Verdicts

extension Generation {
    /// Reads a generation's manifest and compares every file with it.
    ///
    /// - Throws: ``IndexError`` with `damaged` and the first file that is missing, too many, or altered.
    static func verifiedManifest(_ path: String) throws(IndexError) -> Manifest {
        let manifestPath = path + "/" + GenerationFile.manifest
        let own = [GenerationFile.manifest, GenerationFile.seal, GenerationFile.second].map {
            path + "/" + $0
        }
        for link in [path] + own where isLink(link) {
            throw IndexError(.damaged, whyNoLink(link))
        }
        let seal = String(decoding: try bytes(path + "/" + GenerationFile.seal), as: UTF8.self)
        guard seal == GenerationFile.seal(try Checksum.ofFile(manifestPath)) else {
            throw IndexError(.damaged, "\(manifestPath) has been altered, or its seal has; \(remedy(path))")
        }
        let manifest = try Manifest(decoding: bytes(manifestPath), path: manifestPath)
        if let problem = problems(manifest, path).first { throw IndexError(.damaged, problem) }
        return manifest
    }

    /// Everything that is wrong with a generation's files; empty when all is well.
    static func problems(_ manifest: Manifest, _ path: String) -> [String] {
        let present: Set<String>
        do { present = Set(try GenerationFile.names(in: path)) } catch { return [error.message] }
        let checksums = checksums(of: present.intersection(manifest.files.keys), in: path)
        var problems: [String] = []
        let own = [GenerationFile.manifest, GenerationFile.seal]
        for name in present.subtracting(manifest.files.keys).subtracting(own).sorted() {
            problems.append("\(path)/\(name) is not part of this generation; move it away")
        }
        for (name, file) in manifest.files.sorted(by: { $0.key < $1.key }) {
            // A name from a file is data: it must not lead anywhere else.
            guard present.contains(name) else {
                problems.append("\(path)/\(name) is missing; \(remedy(path))")
                continue
            }
            guard !isLink(path + "/" + name) else {
                problems.append(whyNoLink(path + "/" + name))
                continue
            }
            switch checksums[name] {
            case .success(file.sha256)?: break
            case .failure(let error)?: problems.append(error.message)
            default: problems.append("\(path)/\(name) has been altered; \(remedy(path))")
            }
        }
        return problems
    }

    /// The files' checksums, by name, computed on all cores: a start waits for nothing longer than for this.
    ///
    /// - Parameter files: names that were found in the folder, not just ones that a manifest tells.
    private static func checksums(
        of files: Set<String>,
        in path: String
    ) -> [String: Result<String, IndexError>] {
        // The largest first, so that no core is left with it at the end.
        let sizes = files.map { name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + "/" + name)
            return (name: name, bytes: attributes?[.size] as? Int ?? 0)
        }
        let names = sizes.sorted { ($1.bytes, $0.name) < ($0.bytes, $1.name) }.map(\.name)
        let found = Mutex<[String: Result<String, IndexError>]>([:])
        DispatchQueue.concurrentPerform(iterations: names.count) { number in
            let checksum = Result { () throws(IndexError) in try Checksum.ofFile(path + "/" + names[number]) }
            found.withLock { $0[names[number]] = checksum }
        }
        return found.withLock { $0 }
    }

    /// Whatever a link leads to may be another file a moment after it was verified.
    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    private static func whyNoLink(_ path: String) -> String {
        "\(path) is a symbolic link, and a generation's files are its own; bring the folder back from a copy"
    }

    /// What to do about a generation that is not what was written: another one is no way out where there is none.
    private static func remedy(_ path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        let others = IndexFolder.generations(in: folder).map(IndexFolder.folderName)
            .filter { $0 != (path as NSString).lastPathComponent }
        let another = others.isEmpty ? "" : "serve another generation with `gridkin rollback`, or "
        return another + "bring the folder back from a copy"
            + (others.isEmpty ? ", or build the index again" : "")
    }
}
