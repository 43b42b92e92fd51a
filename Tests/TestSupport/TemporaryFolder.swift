public import Foundation

/// A folder of a test's own, removed with the last reference to it. A class, since a suite's instance is
/// copied.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let path: String

    /// Makes an empty folder.
    public init() throws {
        path = NSTemporaryDirectory() + "gridkin-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of something in it.
    public func path(_ name: String) -> String { path + "/" + name }

    /// Writes a file and returns its path.
    @discardableResult
    public func file(_ name: String, _ text: String) throws -> String {
        try file(name, Data(text.utf8))
    }

    /// Writes a file and returns its path.
    @discardableResult
    public func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try file(name, Data(bytes))
    }

    /// Writes a file and returns its path.
    @discardableResult
    public func file(_ name: String, _ bytes: Data) throws -> String {
        try bytes.write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    /// What a file of it holds, as text; bytes that are not UTF-8 are replaced.
    public func text(_ name: String) throws -> String {
        String(decoding: try bytes(name), as: UTF8.self)
    }

    /// What a file of it holds.
    public func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path(name)))
    }

    /// Whether there is something of this name.
    public func exists(_ name: String) -> Bool { Self.exists(path(name)) }

    /// The names in a folder below this one, in order.
    public func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
    }

    /// Flips one bit in the middle of a file; a second call puts it right again.
    public func flipByte(of name: String) throws {
        var bytes = try bytes(name)
        bytes[bytes.count / 2] ^= 1
        try file(name, bytes)
    }

    /// What the file at a path holds; it must be UTF-8.
    public static func text(at path: String) throws -> String {
        try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
    }

    /// Whether there is something at a path.
    public static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
