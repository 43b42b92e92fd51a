public import Foundation

/// A folder for one test, removed with the last reference to it. It is a class because a suite's instance is
/// copied.
public final class TemporaryFolder: Sendable {
    /// The folder's path.
    public let path: String

    /// Makes an empty folder.
    public init() throws {
        path = NSTemporaryDirectory() + "gridkin-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a name in the folder.
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

    /// The contents of a file as text; bytes that are not UTF-8 are replaced.
    public func text(_ name: String) throws -> String {
        String(decoding: try bytes(name), as: UTF8.self)
    }

    /// The contents of a file.
    public func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path(name)))
    }

    /// Whether a file or folder with this name exists.
    public func exists(_ name: String) -> Bool { Self.exists(path(name)) }

    /// The sorted names in a subfolder.
    public func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
    }

    /// Whether anything directly in it is called temporary: what a command left that should have removed it.
    public var hasTemporaries: Bool {
        get throws { try names(in: "").contains { $0.hasSuffix(".tmp") || $0.hasPrefix(".gridkin-") } }
    }

    /// Flips one bit in the middle of a file; a second call restores it.
    public func flipByte(of name: String) throws {
        var bytes = try bytes(name)
        bytes[bytes.count / 2] ^= 1
        try file(name, bytes)
    }

    /// The contents of the file at a path, which must be UTF-8.
    public static func text(at path: String) throws -> String {
        try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
    }

    /// Whether a file or folder exists at a path.
    public static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
