public import Encoder
internal import Foundation
internal import Storage
public import Verdicts

/// What is to embed an index's windows.
public enum EncoderChoice: Equatable, Sendable, CustomStringConvertible {
    /// What does clearly best of what is trained in seconds, on later blocks of the history.
    case automatic
    /// One family, or several whose embeddings stand one after the other.
    case families([EncoderFamily])
    /// Weights trained elsewhere: a folder with `encoder.json` and `weights.safetensors`.
    case own(folder: String)

    /// Reads a choice as it is written on the command line: `auto`, a family, families joined by `+`, a folder, or the
    /// weights' file in one.
    ///
    /// - Throws: ``IndexError`` with `badRequest` for anything else.
    public init(_ text: String) throws(IndexError) {
        let words = text.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
        let families = words.compactMap(EncoderFamily.init).filter { $0 != .concatenation }
        var isFolder: ObjCBool = false
        if text == "auto" {
            self = .automatic
        } else if families.count == words.count, Set(families).count == families.count {
            self = .families(families)
        } else if FileManager.default.fileExists(atPath: text, isDirectory: &isFolder) {
            self = .own(folder: isFolder.boolValue ? text : (text as NSString).deletingLastPathComponent)
        } else {
            let names = EncoderFamily.allCases.filter { $0 != .concatenation }.map(\.rawValue)
            throw IndexError(
                .badRequest,
                "there is no encoder `\(text)`, and no folder of that name with weights of one; choose auto, "
                    + names.joined(separator: ", ") + ", or several joined by +"
            )
        }
    }

    /// What is to embed the windows of a second look: a network, or weights that were brought along, know nothing of
    /// what follows a reading, so that in their place it is what does best of the rest.
    var ofSecondLook: EncoderChoice {
        switch self {
        case .families(let families) where families.contains(where: \.isNeural): .automatic
        case .automatic, .families: self
        case .own: .automatic
        }
    }

    /// How many slots of the raw window come along.
    var slots: Int {
        guard case .families(let families) = self else { return 0 }
        return families.contains(where: \.readsSlots) ? NetworkTraining.slots : 0
    }

    /// The choice as it is written on the command line; of a folder its name alone.
    public var description: String {
        switch self {
        case .automatic: "auto"
        case .families(let families): families.map(\.rawValue).joined(separator: "+")
        case .own(let folder): URL(fileURLWithPath: folder).lastPathComponent
        }
    }

    /// What a manifest keeps of it: where somebody's own weights came from does not matter, the index has them.
    var kept: String {
        if case .own = self { "own" } else { description }
    }

    /// What a rebuild of a generation asks for: what was asked for the last time.
    init(asAskedFor manifest: Manifest, in folder: String) throws(IndexError) {
        switch manifest.encoderAsked {
        case nil: self = .automatic
        case "own": self = .own(folder: folder)
        case let text?: try self.init(text)
        }
    }
}
