import Foundation

/// What the system lets a test do with file systems.
package enum FileSystems {
    /// Whether a file system of a test's own may be mounted here.
    package static let canMount: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        process.arguments = ["-rm", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"]
        process.standardError = FileHandle.nullDevice
        guard let started = try? StartedProcess(process) else { return false }
        return started.waitForEnd(20) && started.code == 0
    }()
}
