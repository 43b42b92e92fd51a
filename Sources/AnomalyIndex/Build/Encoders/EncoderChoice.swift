public import Encoder
internal import Foundation

/// What is to embed an index's windows.
public enum EncoderChoice: Equatable, Sendable {
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

    /// Whether its weights do not come from the build itself: a network's, or somebody's own.
    var isTrainedElsewhere: Bool {
        switch self {
        case .automatic: false
        case .families(let families): families.contains(where: \.isNeural)
        case .own: true
        }
    }

    /// How many slots of the raw window come along.
    var slots: Int {
        guard case .families(let families) = self else { return 0 }
        return families.contains(where: \.readsSlots) ? NetworkTraining.slots : 0
    }

    /// What a manifest keeps of it: where somebody's own weights came from does not matter, the index has them.
    var kept: String {
        switch self {
        case .automatic: "auto"
        case .families(let families): families.map(\.rawValue).joined(separator: "+")
        case .own: "own"
        }
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
