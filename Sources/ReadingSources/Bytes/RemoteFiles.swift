/// Reaches files that are not on this machine. `Downloads` does it; the files themselves are read here, like
/// others.
public protocol RemoteFiles: Sendable {
    /// Whether these are the files to ask for an address: the beginning decides, such as `https://`.
    func know(_ address: String) -> Bool

    /// The files behind an address, in order.
    ///
    /// - Throws: ``ReadingsError`` with `downloadFailed`, or `noFiles` if there is none.
    func find(_ address: String) throws(ReadingsError) -> [RemoteFile]

    /// Brings a file's bytes.
    ///
    /// - Parameters:
    ///   - file: one that ``find(_:)`` found.
    ///   - kept: where they go; empty.
    ///   - progress: called now and then.
    /// - Returns: what the user should know about it; nil for nothing.
    /// - Throws: ``ReadingsError``.
    func fetch(
        _ file: RemoteFile,
        into kept: KeptFile,
        progress: @escaping FetchProgress
    ) throws(ReadingsError) -> String?
}

/// A file behind an address.
public struct RemoteFile: Sendable {
    /// What messages call it: its address, without what is secret in it.
    public let name: String
    /// The address, with everything in it.
    public let address: String
    /// Its name without folders.
    public let fileName: String
    /// How many bytes it has; nil if that is not known yet.
    public let size: Int?

    /// A file that was found.
    public init(name: String, address: String, fileName: String, size: Int? = nil) {
        (self.name, self.address, self.fileName, self.size) = (name, address, fileName, size)
    }
}

extension RemoteFile {
    /// Whether a word is an address of the web.
    public static func isWebAddress(_ word: String) -> Bool {
        let start = word.prefix(8).lowercased()
        return start == "https://" || start.hasPrefix("http://")
    }

    /// What messages and files call an address of the web: without user and password, and without the query,
    /// where other secrets are. Other words stay as they are.
    public static func shownName(of word: String) -> String {
        guard isWebAddress(word), let scheme = word.firstRange(of: "://") else { return word }
        let start = word[..<scheme.upperBound]
        let rest = word[scheme.upperBound...]
        let end = rest.firstIndex { $0 == "?" || $0 == "#" } ?? rest.endIndex
        let server = rest[..<end].prefix { $0 != "/" }
        let host = server.lastIndex(of: "@").map { server[$0...].dropFirst() } ?? server
        let path = rest[server.endIndex..<end]
        return "\(start)\(host)\(path)" + (end == rest.endIndex ? "" : "?…")
    }
}

/// Called while bytes are fetched: the file's name, how many came, and how many will; 0 if that is not known.
public typealias FetchProgress = @Sendable (_ name: String, _ done: Int, _ total: Int) -> Void
