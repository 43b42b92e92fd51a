public import Verdicts

extension IndexFolder {
    /// The names of the meters that the served generation was built from, without opening its banks: for
    /// suggesting the right spelling of a mistyped one.
    ///
    /// - Throws: ``IndexError`` where there is no generation, or its catalog was altered.
    public func meterNames() throws(IndexError) -> [String] {
        // `CURRENT` holds the manifest's checksum, and the manifest that of the catalog.
        let generation = try current()
        let manifest = try Manifest(ofGeneration: generation, in: self)
        let path = path(of: generation) + "/" + GenerationFile.catalog
        guard try manifest.files[GenerationFile.catalog]?.sha256 == Checksum.ofFile(path) else {
            throw IndexError(
                .damaged,
                "\(path) has been altered; `gridkin verify \(name)` lists what is wrong"
            )
        }
        do {
            return try CatalogReader(path: path).meters().map(\.name)
        } catch {
            throw IndexError(.damaged, "\(path) cannot be read: \(error)")
        }
    }
}
