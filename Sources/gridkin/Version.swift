import Foundation
import Server
import VectorIndex

/// What `--version` says: the version, the commit it was built from, and the version of FAISS.
enum Version {
    /// Such as `0.1.0 (commit 1a2b3c4d5e6f, FAISS 1.7.3)`.
    ///
    /// `bin/gridkin`, which builds the program from its source folder, names the commit in `GRIDKIN_COMMIT`. SwiftPM
    /// cannot put it into the program without a plug-in, and a source file that changes with each commit would
    /// have the program built again each time.
    static var description: String {
        let commit = ProcessInfo.processInfo.environment["GRIDKIN_COMMIT"].flatMap { $0.isEmpty ? nil : $0 }
        return "\(gridkinVersion) (commit \(commit ?? "unknown"), FAISS \(VectorIndex.faissVersion))"
    }
}
