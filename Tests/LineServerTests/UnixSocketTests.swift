import Foundation
import LineServer
import Sockets
import TestSupport
import Testing

@Suite("Unix socket", .timeLimit(.minutes(5)))
struct UnixSocketTests {
    @Test("It answers, only its owner may use it, and it is removed at the end")
    func lifeTime() async throws {
        let path = temporaryPath()
        try await RunningServer.with([.unix(path: path)]) { server in
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let replies = try await blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading("peer\necho a")
                client.shutWriting()
                return try client.linesToEnd()
            }
            #expect(replies == ["OK unix", "OK a"])
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("A stale file is replaced")
    func stale() async throws {
        let path = temporaryPath()
        let kept = path + ".kept"
        // Renamed away and back, the file outlives its server.
        try await RunningServer.with([.unix(path: path)]) { _ in
            try FileManager.default.moveItem(atPath: path, toPath: kept)
        }
        try FileManager.default.moveItem(atPath: kept, toPath: path)
        try await RunningServer.with([.unix(path: path)]) { server in
            let reply = try await blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading("echo a\n")
                return try client.line()
            }
            #expect(reply == "OK a")
        }
    }

    @Test("A socket on which another server listens is left alone")
    func taken() async throws {
        try await RunningServer.with([.unix(path: temporaryPath())]) { server in
            let error = await #expect(throws: ListenError.self) {
                try await RunningServer.with([server.address]) { _ in }
            }
            #expect(error?.description.contains("another server is listening on it") == true)
            let reply = try await blocking {
                let client = try LineClient(server.address)
                try client.sendWithoutReading("echo still\n")
                return try client.line()
            }
            #expect(reply == "OK still")
        }
    }

    @Test("A file that is not a socket is left alone")
    func ordinaryFile() async throws {
        let path = temporaryPath()
        try "precious".write(toFile: path, atomically: true, encoding: .utf8)
        await #expect(throws: ListenError.self) {
            try await RunningServer.with([.unix(path: path)]) { _ in }
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        try FileManager.default.removeItem(atPath: path)
    }

    @Test("A file that took the socket's place is not removed at the end")
    func replaced() async throws {
        let path = temporaryPath()
        try await RunningServer.with([.unix(path: path)]) { _ in
            try FileManager.default.removeItem(atPath: path)
            try "another's".write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect(FileManager.default.fileExists(atPath: path))
        try FileManager.default.removeItem(atPath: path)
    }

    @Test(
        "Impossible paths",
        arguments: ["", "/tmp/" + String(repeating: "x", count: 200), "/no/such/folder/gridkin.sock"]
    )
    func badPaths(path: String) async {
        await #expect(throws: ListenError.self) {
            try await RunningServer.with([.unix(path: path)]) { _ in }
        }
    }
}
