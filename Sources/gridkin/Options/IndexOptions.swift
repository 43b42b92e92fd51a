import ArgumentParser
import Foundation

/// Where indexes live.
struct IndexesOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The folder of all indexes. Without it, $GRIDKIN_INDEXES, or else ./indexes.",
            valueName: "dir"
        )
    )
    var indexes: String?

    var path: String {
        indexes ?? ProcessInfo.processInfo.environment["GRIDKIN_INDEXES"] ?? "indexes"
    }
}

/// Which index.
struct IndexOptions: ParsableArguments {
    @Argument(help: "The index's name.")
    var name: String

    @OptionGroup var indexes: IndexesOption

    func folder() throws -> IndexFolder {
        IndexFolder(try IndexName(name), in: indexes.path)
    }
}
