public import Encoder
internal import Foundation
public import Verdicts

/// Which encoder an index is to have.
public enum EncoderChoice: Equatable, Sendable, CustomStringConvertible {
    /// The encoder that does best on the folds of the history, of those that are trained in seconds.
    case automatic
    /// One family, or several whose embeddings are joined.
    case families([EncoderFamily])
    /// Weights trained elsewhere: a folder with `encoder.json` and `weights.safetensors`.
    case imported(folder: String)

    /// Reads a choice as it is written on the command line: `auto`, a family, families joined by `+`, a
    /// folder, or the weights' file in one.
    ///
    /// - Throws: ``IndexError`` with `badRequest` for anything else.
    public init(_ text: String) throws(IndexError) {
        var isFolder: ObjCBool = false
        if let choice = EncoderChoice(named: text) {
            self = choice
        } else if FileManager.default.fileExists(atPath: text, isDirectory: &isFolder) {
            self = .imported(folder: isFolder.boolValue ? text : (text as NSString).deletingLastPathComponent)
        } else {
            let names = EncoderFamily.allCases.filter { $0 != .concatenation }.map(\.rawValue)
            throw IndexError(
                .badRequest,
                "there is no encoder `\(text)`, and no folder of that name with weights of one; choose auto, "
                    + names.joined(separator: ", ") + ", or several joined by +"
            )
        }
    }

    /// Reads `auto`, a family, or families joined by `+`; nil for anything else.
    private init?(named text: String) {
        let words = text.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
        let families = words.compactMap(EncoderFamily.init).filter { $0 != .concatenation }
        if text == "auto" {
            self = .automatic
        } else if families.count == words.count, Set(families).count == families.count {
            self = .families(families)
        } else {
            return nil
        }
    }

    /// The encoder of a second look. Networks and imported weights know nothing of the readings that follow
    /// the judged one, so that the best of the other encoders takes their place.
    var ofSecondLook: EncoderChoice {
        switch self {
        case .families(let families) where families.contains(where: \.isNeural): .automatic
        case .automatic, .families: self
        case .imported: .automatic
        }
    }

    /// How many slots of the raw window the encoder reads.
    var slots: Int {
        guard case .families(let families) = self else { return 0 }
        return families.contains(where: \.readsSlots) ? NetworkTraining.slots : 0
    }

    /// The choice as it is written on the command line; of a folder its name alone.
    public var description: String {
        switch self {
        case .automatic: "auto"
        case .families(let families): families.map(\.rawValue).joined(separator: "+")
        case .imported(let folder): URL(fileURLWithPath: folder).lastPathComponent
        }
    }

    /// What the manifest says of the choice. Where imported weights came from does not matter: the index
    /// holds them.
    var manifestName: String {
        if case .imported = self { "own" } else { description }
    }

    /// The choice that a generation was built with, for a rebuild; nil for a name of a later version, which
    /// is never taken for the name of a folder.
    ///
    /// - Parameters:
    ///   - name: as ``manifestName`` gives it.
    ///   - folder: the generation's, which holds its weights.
    init?(manifestName name: String, in folder: String) {
        guard let choice = name == "own" ? .imported(folder: folder) : EncoderChoice(named: name) else {
            return nil
        }
        self = choice
    }
}
