internal import Detection
internal import Readings

extension IndexFolder {
    /// Warnings about the names of a generation that look the same and are different: its meters, channels
    /// and kinds.
    ///
    /// - Parameter manifest: the generation's.
    /// - Throws: ``CatalogError``.
    public func nameWarnings(of manifest: Manifest) throws(CatalogError) -> [String] {
        let catalog = try CatalogReader(path: files(of: manifest.generation).catalog)
        let kinds = try catalog.windows(of: .anomalous).compactMap(\.kind)
        return [
            try catalog.meters().map(\.name).warning(ofLookalike: "meters"),
            manifest.channels.warning(ofLookalike: "channels"),
            kinds.warning(ofLookalike: "kinds"),
        ].compactMap(\.self)
    }
}
