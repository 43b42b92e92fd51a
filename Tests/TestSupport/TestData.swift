internal import Foundation

/// Real files, which are not part of the package: the folder that GRIDKIN_TEST_DATA names, else `shared/data`
/// beside the package.
public enum TestData {
    /// The folder; nil where it is absent, and tests that need it skip.
    public static let folder: String? = {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let beside = root.deletingLastPathComponent().appendingPathComponent("shared/data").path
        let folder = ProcessInfo.processInfo.environment["GRIDKIN_TEST_DATA"] ?? beside
        return FileManager.default.fileExists(atPath: folder + "/lead") ? folder : nil
    }()

    /// A file of it.
    public static func path(_ name: String) -> String { (folder ?? "") + "/" + name }
}
