import Foundation

/// What a test may do with file systems on this machine.
package enum FileSystems {
    /// Whether a test may mount a file system of its own.
    package static let canMount: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        process.arguments = ["-rm", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"]
        process.standardError = FileHandle.nullDevice
        guard let started = try? StartedProcess(process) else { return false }
        return started.waitForEnd(20) && started.code == 0
    }()

    /// A line of shell that runs a program on copies of the indexes, on a disk of six megabytes of its own:
    /// the folder `full` of the test's folder, as the program sees it.
    package static let smallDisk = #"""
        exec unshare -rm /bin/bash -c 'mkdir full && mount -t tmpfs -o size=6m tmpfs full
        cp -r indexes/. full; export GRIDKIN_INDEXES=$PWD/full; exec "$@"' bash "$@"
        """#
}
