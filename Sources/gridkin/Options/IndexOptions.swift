import AnomalyIndex
import ArgumentParser
import Foundation
import Readings

/// The folder of all indexes.
struct IndexesOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The folder that holds the indexes. (default: $GRIDKIN_INDEXES, or else ./indexes)",
            valueName: "dir"
        )
    )
    var indexes: String?

    var path: String {
        indexes ?? ProcessInfo.processInfo.environment["GRIDKIN_INDEXES"] ?? "indexes"
    }

    /// The folder of an index that exists.
    ///
    /// - Throws: `IndexError` with `notFound`, naming the index that was probably meant.
    func folder(named text: String) throws(IndexError) -> IndexFolder {
        let folder = IndexFolder(try IndexName(text), in: path)
        guard !FileManager.default.fileExists(atPath: folder.path) else { return folder }
        let names = IndexFolder.all(in: path).map(\.name.text)
        let meant = nearestName(to: text, among: names).map { "did you mean `\($0)`? " } ?? ""
        throw IndexError(
            .notFound,
            "there is no index `\(text)` in the folder \(path); \(meant)Make one with `gridkin build \(text) --from "
                + "FILE`, or name another folder of indexes with --indexes DIR or $GRIDKIN_INDEXES"
        )
    }
}

/// One index.
struct IndexOptions: ParsableArguments {
    @Argument(help: "The index's name; `gridkin list` shows all.")
    var name: String

    @OptionGroup var indexes: IndexesOption

    /// The folder of an index that exists.
    func folder() throws(IndexError) -> IndexFolder { try indexes.folder(named: name) }

    /// The folder of an index that may not exist yet.
    func newFolder() throws(IndexError) -> IndexFolder { IndexFolder(try IndexName(name), in: indexes.path) }
}
