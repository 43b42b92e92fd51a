import Foundation
import TestSupport
import Testing
import Text

/// The one rule by which all commands write the files that users name.
@Suite struct OutputFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func write(_ text: String, to name: String, inputs: [String] = []) throws {
        let place = try OutputPlace(folder.path(name), inputs: inputs.map(folder.path))
        var file = try OutputFile(place)
        try file.write(text.utf8)
        try file.finish()
    }

    private func status(_ name: String) -> stat {
        var status = stat()
        lstat(folder.path(name), &status)
        return status
    }

    private func refusal(_ name: String, inputs: [String] = []) -> String? {
        #expect(throws: OutputError.self) { try write("new", to: name, inputs: inputs) }?.reason
    }

    @Test func aFileIsReplacedWholeAndKeepsItsMode() throws {
        try folder.file("out", "old")
        chmod(folder.path("out"), 0o640)
        let before = status("out").st_ino
        do {
            var file = try OutputFile(OutputPlace(folder.path("out")))
            try file.write([UInt8](repeating: 1, count: 1_000_000))
            #expect(try folder.text("out") == "old", "before it is complete")
        }
        #expect(try folder.names(in: "") == ["out"], "what is not finished leaves nothing")
        try write("new", to: "out")
        #expect(try folder.text("out") == "new")
        #expect(status("out").st_mode & 0o7777 == 0o640 && status("out").st_ino != before)
        #expect(try folder.names(in: "") == ["out"])
    }

    @Test func aNewFileHasTheModeOfTheMaskUnlessItIsPrivate() throws {
        try write("new", to: "out")
        let mask = umask(0)
        umask(mask)
        #expect(status("out").st_mode & 0o7777 == 0o666 & ~mask)
        var file = try OutputFile(OutputPlace(folder.path("own")), isPrivate: true)
        try file.finish(syncs: true, replaces: false)
        #expect(status("own").st_mode & 0o7777 == 0o600)
        chmod(folder.path("own"), 0o644)
        var again = try OutputFile(OutputPlace(folder.path("own")), isPrivate: true)
        try again.finish()
        #expect(status("own").st_mode & 0o7777 == 0o600, "one that others could read is replaced")
    }

    @Test func aFileThatAppearedMeanwhileIsNotReplacedUnasked() throws {
        var file = try OutputFile(OutputPlace(folder.path("out")))
        try file.write("new".utf8)
        try folder.file("out", "somebody's")
        #expect(throws: OutputError.self) { try file.finish(replaces: false) }
        #expect(try folder.text("out") == "somebody's")
    }

    @Test func aLinkStaysAndItsTargetIsReplaced() throws {
        try FileManager.default.createDirectory(
            atPath: folder.path("far"),
            withIntermediateDirectories: false
        )
        for target in ["far/old", "far/none yet"] {
            if target == "far/old" { try folder.file(target, "old") }
            symlink(target, folder.path("second"))
            symlink(folder.path("second"), folder.path("first"))
            try write("new", to: "first")
            #expect(try folder.text(target) == "new")
            for link in ["first", "second"] {
                #expect(status(link).st_mode & S_IFMT == S_IFLNK)
                unlink(folder.path(link))
            }
        }
        symlink("loop", folder.path("loop"))
        #expect(refusal("loop")?.contains("symbolic links") == true)
    }

    @Test func aPipeIsWrittenThrough() async throws {
        mkfifo(folder.path("pipe"), 0o600)
        let path = folder.path("pipe")
        let reading = Blocking { try FileHandle(forReadingAtPath: path)?.readToEnd() }
        try write("through", to: "pipe")
        #expect(try await reading.value == Data("through".utf8))
        #expect(status("pipe").st_mode & S_IFMT == S_IFIFO)
    }

    @Test func aDeviceIsWrittenThrough() throws {
        // What /dev/null is, in a place where a fault harms nobody; not every container may make one.
        if mknod(folder.path("null"), S_IFCHR | 0o666, 1 << 8 | 3) == 0 {
            try write("through", to: "null")
            #expect(status("null").st_mode & S_IFMT == S_IFCHR)
        }
        symlink("/dev/full", folder.path("full"))
        #expect(refusal("full")?.contains("no space left") == true)
        #expect(status("full").st_mode & S_IFMT == S_IFLNK)
    }

    @Test func anOpenDescriptorIsWrittenWhereItStands() throws {
        try folder.file("log", "first\n")
        let log = open(folder.path("log"), O_WRONLY | O_APPEND)
        defer { close(log) }
        var file = try OutputFile(OutputPlace("/dev/fd/\(log)"))
        try file.write("second\n".utf8)
        try file.finish()
        #expect(try folder.text("log") == "first\nsecond\n")
        #expect(throws: OutputError.self) { try OutputPlace("/dev/fd/\(log)", inputs: [folder.path("log")]) }
    }

    @Test func foldersAndSocketsAreRefused() throws {
        #expect(refusal(".")?.contains("folder") == true)
        let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // A short path: that of the folder may be too long for a socket.
        let path = "/tmp/gridkin-\(getpid()).socket"
        defer { unlink(path) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) }
        }
        try #require(bound == 0)
        let error = #expect(throws: OutputError.self) { try OutputPlace(path) }
        #expect(error?.reason.contains("socket") == true)
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test func whatIsReadIsNotOverwritten() throws {
        try folder.file("in.csv", "readings")
        link(folder.path("in.csv"), folder.path("same.csv"))
        symlink("in.csv", folder.path("link.csv"))
        for name in ["in.csv", "same.csv", "link.csv"] {
            #expect(refusal(name, inputs: ["other.csv", "in.csv"])?.contains("reads it") == true, "\(name)")
        }
        try FileManager.default.createDirectory(
            atPath: folder.path("index/generations"),
            withIntermediateDirectories: true
        )
        #expect(refusal("index/generations/out", inputs: ["index"])?.contains("lies in") == true)
        try write("new", to: "out.csv", inputs: ["in.csv", "index"])
        #expect(try folder.text("in.csv") == "readings")
    }
}
