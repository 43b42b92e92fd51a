import Foundation

/// A path in the temporary folder where nothing is yet.
func temporaryPath() -> String {
    FileManager.default.temporaryDirectory.appending(path: "gridkin-\(UUID().uuidString.prefix(8)).sock").path
}
