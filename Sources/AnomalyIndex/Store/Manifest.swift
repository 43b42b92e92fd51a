public import Catalog
internal import Foundation

/// What a generation is: written last, read first. Holds nothing that depends on when or where it was built,
/// so that the same input gives the same bytes.
public struct Manifest: Codable, Equatable, Sendable {
    /// A file of the generation.
    public struct File: Codable, Equatable, Sendable {
        /// Its size in bytes.
        public let bytes: Int
        /// The SHA-256 of its content, in hexadecimal.
        public let sha256: String
    }

    /// A bank's size and how it is searched.
    public struct BankSummary: Codable, Equatable, Sendable {
        /// How many windows it holds.
        public var rows: Int
        /// `flat` or `ivf`.
        public var index: String
        /// How many lists, for `ivf`.
        public var lists: Int?
        /// How many lists a search looks into, for `ivf`.
        public var probes: Int?
        /// The share of true neighbours found with so many probes, on windows of the index itself.
        public var recall: Double?
    }

    /// What judges a reading again when the next readings have come.
    public struct SecondLook: Codable, Equatable, Sendable {
        /// How long it waits, in milliseconds.
        public var following: Int64
        /// Which encoder.
        public var encoder: String
        /// Length of an embedding.
        public var dimension: Int
        /// The bank of normal windows.
        public var normal: BankSummary
        /// The bank of anomalous windows.
        public var anomalous: BankSummary
        /// How well it did on later blocks of the history.
        public var validation: ValidationSummary?
    }

    /// What is to be known of a look before its files are opened.
    struct LookSummary: Sendable {
        /// Length of an embedding.
        var dimension: Int
        /// Whether incidents enough were labelled to grow a forest.
        var hasForest: Bool
        /// The bank of normal windows.
        var normal: BankSummary
        /// The bank of anomalous windows.
        var anomalous: BankSummary
    }

    /// What was left of the normal bank when a build was told to condense it, and what that cost.
    public struct CondensingSummary: Codable, Equatable, Sendable {
        /// What was asked for, such as `0.1` or `64MB`.
        public var asked: String
        /// How many normal windows there are without condensing.
        public var rowsBefore: Int
        /// ROC-AUC on the later blocks without; nil without both classes.
        public var rocAUCBefore: Double?
        /// Average precision on the later blocks without; nil without both classes.
        public var averagePrecisionBefore: Double?
    }

    /// The format this program writes.
    public static let currentFormat = 1

    /// Which format the generation's files follow.
    public var format: Int = Manifest.currentFormat
    /// The generation's number.
    public var generation: Int
    /// The names of the channels, in order.
    public var channels: [String]
    /// How many meters it was built from.
    public var meters: Int
    /// How many readings it was built from.
    public var readings: Int
    /// How many of them were labelled anomalous.
    public var anomalousReadings: Int
    /// The earliest reading, ISO 8601.
    public var first: String
    /// The latest reading, ISO 8601.
    public var last: String
    /// Whether features of the day and the week are among the windows'.
    public var hasCalendar: Bool
    /// Length of an embedding.
    public var dimension: Int
    /// Which encoder.
    public var encoder: String
    /// Which encoder was asked for, as a rebuild asks again: `auto`, families joined by `+`, or `own`.
    public var encoderAsked: String?
    /// How the banks were asked to be searched: `auto`, `flat` or `ivf`.
    public var search: String
    /// What share of the true neighbours an approximate search was to find; nil in generations of older programs.
    public var recall: Double?
    /// How the normal bank was condensed; nil where it is whole.
    public var condensing: CondensingSummary?
    /// The seed of everything random.
    public var seed: Int
    /// The build's own words, for people.
    public var command: String
    /// The bank of normal windows.
    public var normal: BankSummary
    /// The bank of anomalous windows.
    public var anomalous: BankSummary
    /// How well it did on the later block held out for calibration.
    public var validation: ValidationSummary?
    /// The second look; nil where there is none.
    public var secondLook: SecondLook?
    /// What of the journal it has taken in.
    public var journal: JournalPosition
    /// Every other file of the generation.
    public var files: [String: File]
}

extension Manifest {
    /// What is to be known of the look that judges readings as they come.
    var firstLook: LookSummary {
        LookSummary(
            dimension: dimension,
            hasForest: files[GenerationFile.forest] != nil,
            normal: normal,
            anomalous: anomalous
        )
    }

    /// What is to be known of the second look; nil where there is none.
    var secondLookSummary: LookSummary? {
        secondLook.map { second in
            LookSummary(
                dimension: second.dimension,
                hasForest: files[GenerationFile.second + "/" + GenerationFile.forest] != nil,
                normal: second.normal,
                anomalous: second.anomalous
            )
        }
    }

    /// The manifest's bytes: keys in order, so that equal manifests are equal files.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try [UInt8](encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// Reads a manifest.
    ///
    /// - Parameters:
    ///   - bytes: the file's content.
    ///   - path: where it lies, for the error.
    /// - Throws: ``IndexError`` with `damaged`, or `unknownFormat` for one of a later version.
    init(decoding bytes: [UInt8], path: String) throws(IndexError) {
        struct Version: Decodable { let format: Int }
        let decoder = JSONDecoder()
        if let version = try? decoder.decode(Version.self, from: Data(bytes)),
            !(1...Self.currentFormat).contains(version.format)
        {
            throw IndexError(
                .unknownFormat,
                "\(path) has format \(version.format), this program reads \(Self.currentFormat); "
                    + "use the version of gridkin that wrote it, or build the index again"
            )
        }
        do {
            self = try decoder.decode(Manifest.self, from: Data(bytes))
        } catch {
            throw IndexError(.damaged, "\(path) is not a manifest: it is cut short or altered")
        }
    }

    /// The manifest of a published generation, as it is on the disk.
    init(ofGeneration number: Int, in folder: IndexFolder) throws(IndexError) {
        let path = folder.path(of: number) + "/" + GenerationFile.manifest
        try self.init(decoding: Generation.bytes(path), path: path)
    }
}
