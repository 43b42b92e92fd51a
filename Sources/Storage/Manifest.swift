internal import Foundation
public import Readings
package import Verdicts

/// The description of a generation: written last, read first. It holds nothing that depends on when or where
/// it was built, so that the same input gives the same bytes.
public struct Manifest: Codable, Equatable, Sendable {
    /// A file of the generation.
    public struct File: Codable, Equatable, Sendable {
        /// Its size in bytes.
        public let bytes: Int
        /// The SHA-256 of its content, in hexadecimal.
        public let sha256: String

        /// A file of a size, with its checksum.
        package init(bytes: Int, sha256: String) {
            self.bytes = bytes
            self.sha256 = sha256
        }
    }

    /// The latest format that this program reads and writes.
    public static let currentFormat = 3
    /// The format of an index whose meters are all on the clock of UTC, which older programs read too.
    package static let formatInUTC = 1
    /// The format of an index whose meters have other clocks, and that needs nothing newer.
    package static let formatWithClock = 2

    /// Which format the generation's files follow.
    public var format: Int = Manifest.formatInUTC
    /// The generation's number.
    public var generation: Int
    /// The names of the channels, in order.
    public var channels: [Name]
    /// The units of the channels, `""` where none is known; nil if none is, and in generations of older
    /// programs.
    public var units: [String]?
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
    /// The time zone that was given for the readings and their days; nil if none was, which means UTC.
    public var timezone: String?
    /// How many meters have each zone, of those with another one than ``timezone``; nil if none has.
    public var zones: [String: Int]?
    /// The holidays; nil if none were given.
    public var holidays: HolidaySummary?
    /// The channels that are registers, and hold differences; nil if none is.
    public var registers: [Name]?
    /// The states among the columns of readings, which have several channels each; nil if there are none.
    public var states: [State]?
    /// How many missing values in short gaps were filled for the windows; nil in generations of older
    /// programs, which filled none and are judged so.
    public var filledValues: Int?
    /// Whether features of the day and the week are among the windows'.
    public var hasCalendar: Bool = false
    /// Length of an embedding.
    public var dimension: Int = 0
    /// The encoder's name.
    public var encoder: String = ""
    /// The encoder that was asked for, as a rebuild asks again: `auto`, families joined by `+`, or `own`.
    public var encoderAsked: String?
    /// How the banks were asked to be searched: `auto`, `flat` or `ivf`.
    public var search: String = ""
    /// The share of the true neighbours that an approximate search had to find; nil in generations of older
    /// programs.
    public var recall: Double?
    /// How the normal bank was condensed; nil where it is whole.
    public var condensing: CondensingSummary?
    /// Whether every unlabelled reading was treated as normal, however strange; nil means no.
    public var trustsUnlabelled: Bool?
    /// Whether only readings labelled normal were treated as normal; nil means no.
    public var hasGivenNormals: Bool?
    /// The seed of everything random.
    public var seed: Int = 0
    /// The command that built it, for people.
    public var command: String = ""
    /// The bank of normal windows.
    public var normal = BankSummary(rows: 0, index: "flat")
    /// The bank of anomalous windows.
    public var anomalous = BankSummary(rows: 0, index: "flat")
    /// How well it did on the later blocks held out for calibration.
    public var validation: ValidationSummary?
    /// The second look; nil where there is none.
    public var secondLook: SecondLook?
    /// How far it was built from the journal.
    public var journal: JournalPosition
    /// How many withdrawals of labels it was built from; nil if there were none, and in generations of
    /// programs that knew of none.
    public var withdrawals: Int?
    /// Every other file of the generation.
    public var files: [String: File] = [:]

    /// The manifest of a generation that holds nothing yet.
    ///
    /// - Parameter journal: how far the journal was read for it.
    package init(generation: Int, channels: [Name], journal: JournalPosition) {
        self.generation = generation
        self.channels = channels
        self.journal = journal
    }
}

extension Manifest {
    /// Whether only programs that read ``currentFormat`` understand the index as it is meant.
    ///
    /// An older program fills no gap, and judges an index whose history had none as it always did.
    package var needsCurrentFormat: Bool {
        registers != nil || states != nil || hasGivenNormals != nil || zones != nil || holidays != nil
            || filledValues ?? 0 > 0
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
    ///   - path: the file's path, for the error.
    /// - Throws: ``IndexError`` with `damaged`, or `unknownFormat` for one of a later version.
    package init(decoding bytes: [UInt8], path: String) throws(IndexError) {
        struct Version: Decodable { let format: Int }
        let decoder = JSONDecoder()
        if let version = try? decoder.decode(Version.self, from: Data(bytes)),
            !(1...Self.currentFormat).contains(version.format)
        {
            throw IndexError(
                .unknownFormat,
                "\(path) has format \(version.format), this program reads up to \(Self.currentFormat); "
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
        let path = folder.files(of: number).manifest
        try self.init(decoding: Generation.bytes(path), path: path)
    }
}
