package import TestSupport

extension TemporaryFolder {
    /// Where this test's indexes live.
    package var indexes: String { path("indexes") }
}
