internal import Foundation

extension Generation {
    /// Reads a generation's manifest and compares every file with it.
    ///
    /// - Throws: ``IndexError`` with `damaged` and the first file that is missing, too many, or altered.
    static func verifiedManifest(_ path: String) throws(IndexError) -> Manifest {
        let manifestPath = path + "/" + GenerationFile.manifest
        let seal = String(decoding: try bytes(path + "/" + GenerationFile.seal), as: UTF8.self)
        guard seal == GenerationFile.seal(try Checksum.ofFile(manifestPath)) else {
            throw IndexError(.damaged, "\(manifestPath) has been altered, or its seal has; \(remedy)")
        }
        let manifest = try Manifest(decoding: bytes(manifestPath), path: manifestPath)
        if let problem = problems(manifest, path).first { throw IndexError(.damaged, problem) }
        return manifest
    }

    /// Everything that is wrong with a generation's files; empty when all is well.
    static func problems(_ manifest: Manifest, _ path: String) -> [String] {
        let present = Set((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
        var problems: [String] = []
        let own = [GenerationFile.manifest, GenerationFile.seal]
        for name in present.subtracting(manifest.files.keys).subtracting(own).sorted() {
            problems.append("\(path)/\(name) is not part of this generation; move it away")
        }
        for (name, file) in manifest.files.sorted(by: { $0.key < $1.key }) {
            // A name from a file is data: it must not lead anywhere else.
            guard present.contains(name), !name.contains("/") else {
                problems.append("\(path)/\(name) is missing; \(remedy)")
                continue
            }
            do {
                let checksum = try Checksum.ofFile(path + "/" + name)
                if checksum != file.sha256 { problems.append("\(path)/\(name) has been altered; \(remedy)") }
            } catch {
                problems.append(error.message)
            }
        }
        return problems
    }

    private static let remedy =
        "serve another generation with `gridkin rollback`, or bring the folder back from a copy"
}
