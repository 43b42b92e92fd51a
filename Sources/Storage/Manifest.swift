internal import Foundation
package import Verdicts

/// What a generation is: written last, read first. Holds nothing that depends on when or where it was built,
/// so that the same input gives the same bytes.
public struct Manifest: Codable, Equatable, Sendable {
    /// A file of the generation.
    public struct File: Codable, Equatable, Sendable {
        /// Its size in bytes.
        public let bytes: Int
        /// The SHA-256 of its content, in hexadecimal.
        public let sha256: String

        /// A value of its parts.
        package init(
            bytes: Int,
            sha256: String
        ) {
            self.bytes = bytes
            self.sha256 = sha256
        }
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
        /// How many windows without a label were too strange to be taken in; nil where none was.
        public var leftOut: Int?

        /// A value of its parts.
        package init(
            rows: Int,
            index: String,
            lists: Int? = nil,
            probes: Int? = nil,
            recall: Double? = nil,
            leftOut: Int? = nil
        ) {
            self.rows = rows
            self.index = index
            self.lists = lists
            self.probes = probes
            self.recall = recall
            self.leftOut = leftOut
        }
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

        /// A value of its parts.
        package init(
            following: Int64,
            encoder: String,
            dimension: Int,
            normal: BankSummary,
            anomalous: BankSummary,
            validation: ValidationSummary? = nil
        ) {
            self.following = following
            self.encoder = encoder
            self.dimension = dimension
            self.normal = normal
            self.anomalous = anomalous
            self.validation = validation
        }
    }

    /// What is to be known of a look before its files are opened.
    struct DetectorSummary: Sendable {
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

        /// A value of its parts.
        package init(
            asked: String,
            rowsBefore: Int,
            rocAUCBefore: Double? = nil,
            averagePrecisionBefore: Double? = nil
        ) {
            self.asked = asked
            self.rowsBefore = rowsBefore
            self.rocAUCBefore = rocAUCBefore
            self.averagePrecisionBefore = averagePrecisionBefore
        }
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
    public var meters: Int = 0
    /// How many readings it was built from.
    public var readings: Int = 0
    /// How many of them were labelled anomalous.
    public var anomalousReadings: Int = 0
    /// The earliest reading, ISO 8601.
    public var first: String = ""
    /// The latest reading, ISO 8601.
    public var last: String = ""
    /// Whether features of the day and the week are among the windows'.
    public var hasCalendar: Bool = false
    /// Length of an embedding.
    public var dimension: Int = 0
    /// Which encoder.
    public var encoder: String = ""
    /// Which encoder was asked for, as a rebuild asks again: `auto`, families joined by `+`, or `own`.
    public var encoderAsked: String?
    /// How the banks were asked to be searched: `auto`, `flat` or `ivf`.
    public var search: String = ""
    /// What share of the true neighbours an approximate search was to find; nil in generations of older programs.
    public var recall: Double?
    /// How the normal bank was condensed; nil where it is whole.
    public var condensing: CondensingSummary?
    /// Whether every reading without a label was taken for normal, however strange; nil is no.
    public var trustsUnlabelled: Bool?
    /// The seed of everything random.
    public var seed: Int = 0
    /// The build's own words, for people.
    public var command: String = ""
    /// The bank of normal windows.
    public var normal = BankSummary(rows: 0, index: "flat")
    /// The bank of anomalous windows.
    public var anomalous = BankSummary(rows: 0, index: "flat")
    /// How well it did on the later block held out for calibration.
    public var validation: ValidationSummary?
    /// The second look; nil where there is none.
    public var secondLook: SecondLook?
    /// What of the journal it has taken in.
    public var journal: JournalPosition
    /// Every other file of the generation.
    public var files: [String: File] = [:]

    /// The manifest of a generation that holds nothing yet.
    ///
    /// - Parameter journal: how far the journal has been taken in.
    package init(generation: Int, channels: [String], journal: JournalPosition) {
        self.generation = generation
        self.channels = channels
        self.journal = journal
    }
}

extension Manifest {
    /// What is to be known of the look that judges readings as they come.
    var detectorSummary: DetectorSummary {
        DetectorSummary(
            dimension: dimension,
            hasForest: files[GenerationFile.forest] != nil,
            normal: normal,
            anomalous: anomalous
        )
    }

    /// What is to be known of the second look; nil where there is none.
    var secondLookSummary: DetectorSummary? {
        secondLook.map { second in
            DetectorSummary(
                dimension: second.dimension,
                hasForest: files[GenerationFile.second + "/" + GenerationFile.forest] != nil,
                normal: second.normal,
                anomalous: second.anomalous
            )
        }
    }

    /// The manifest's bytes: keys in order, so that equal manifests are equal files.
    package func encoded() throws -> [UInt8] {
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
    package init(decoding bytes: [UInt8], path: String) throws(IndexError) {
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
    package init(ofGeneration number: Int, in folder: IndexFolder) throws(IndexError) {
        let path = folder.path(of: number) + "/" + GenerationFile.manifest
        try self.init(decoding: Generation.bytes(path), path: path)
    }
}
