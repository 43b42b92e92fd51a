internal import Foundation

/// Real data files, which are not part of the package. They are in the folder named by GRIDKIN_TEST_DATA,
/// otherwise in `shared/data` next to the package.
public enum TestData {
    /// The folder; nil if it does not exist, and then the tests that need it are skipped.
    public static let folder: String? = {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let beside = root.deletingLastPathComponent().appendingPathComponent("shared/data").path
        let folder = ProcessInfo.processInfo.environment["GRIDKIN_TEST_DATA"] ?? beside
        return FileManager.default.fileExists(atPath: folder + "/lead") ? folder : nil
    }()

    /// The path of a file in the folder.
    public static func path(_ name: String) -> String { (folder ?? "") + "/" + name }
}
