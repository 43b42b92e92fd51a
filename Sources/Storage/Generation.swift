public import Detection
package import Encoder
internal import Foundation
internal import Readings
public import Verdicts
package import Windows

/// A published build of an index, verified and opened. Immutable; shared by everything that answers from it.
public final class Generation: Sendable {
    /// What it is.
    public let manifest: Manifest
    /// Its readings, meters and windows.
    package let catalog: CatalogReader
    /// What judges a reading as it comes, from the past alone.
    package let detector: Detector
    /// What judges it again when the next readings have come; nil where there is none.
    package let secondLook: Detector?
    /// The known meters' numbers by name.
    package let meterNumbers: [String: Int]
    /// The known meters' profiles by number; nil for one with too short a history.
    package let profiles: [MeterProfile?]
    /// What a new meter's cadence probably is: the most common among the known.
    package let defaultCadence: Cadence

    /// The features of a reading as it comes.
    package var layout: FeatureLayout { detector.layout }
    /// What embeds them.
    package var encoder: any WindowEncoder { detector.encoder }
    /// What judges the embedding.
    package var classifier: Classifier { detector.classifier }

    /// Its number.
    public var number: Int { manifest.generation }

    /// Opens a generation; every byte is verified before any parser sees it.
    ///
    /// - Parameter alarmLine: where the alarm line is to lie; nil for the usual.
    /// - Throws: ``IndexError`` with `notFound`, `damaged` or `unknownFormat`.
    public init(_ number: Int, of folder: IndexFolder, alarmLine: AlarmLine? = nil) throws(IndexError) {
        let path = folder.path(of: number)
        manifest = try Self.verifiedManifest(path)
        guard manifest.generation == number else {
            throw IndexError(
                .damaged,
                "\(path)/\(GenerationFile.manifest) is of generation \(manifest.generation): "
                    + "somebody has moved the folder; give it its own name again"
            )
        }
        do {
            catalog = try CatalogReader(path: path + "/" + GenerationFile.catalog)
            let meters = try catalog.meters()
            let layout = FeatureLayout(
                channelCount: manifest.channels.count,
                hasCalendar: manifest.hasCalendar
            )
            profiles = try meters.map { meter in
                meter.profile.isEmpty
                    ? nil : try JSONDecoder().decode(MeterProfile.self, from: Data(meter.profile))
            }
            meterNumbers = Dictionary(meters.map { ($0.name, $0.id) }) { first, _ in first }
            try Self.check(meters, profiles, layout)
            defaultCadence = Self.mostCommon(profiles.compactMap { $0?.cadence })
            let detector = try Detector(
                at: path,
                layout: layout,
                summary: manifest.detectorSummary,
                catalog: catalog,
                meters: meters.map(\.name)
            )
            let interval = defaultCadence.interval
            let secondLook = try Self.secondLook(of: manifest, path, meters.map(\.name))
            self.detector = alarmLine.map { detector.with($0, interval: interval) } ?? detector
            self.secondLook = alarmLine.flatMap { secondLook?.with($0, interval: interval) } ?? secondLook
        } catch let error as IndexError {
            throw IndexError(error.code, "generation \(number) of `\(folder.name)`: \(error.message)")
        } catch {
            throw IndexError(.damaged, "generation \(number) of `\(folder.name)` cannot be opened: \(error)")
        }
    }

    private static func secondLook(
        of manifest: Manifest,
        _ path: String,
        _ meters: [String]
    ) throws -> Detector? {
        guard let second = manifest.secondLook, let summary = manifest.secondLookSummary else { return nil }
        guard second.following > 0 else {
            throw IndexError(.damaged, "the manifest's second look waits for nothing; rebuild the index")
        }
        let path = path + "/" + GenerationFile.second
        return try Detector(
            at: path,
            layout: FeatureLayout(
                channelCount: manifest.channels.count,
                hasCalendar: manifest.hasCalendar,
                horizon: second.following
            ),
            summary: summary,
            catalog: CatalogReader(path: path + "/" + GenerationFile.catalog),
            meters: meters
        )
    }

    /// What everything after this takes for granted: a catalog may be whole and yet make no sense.
    private static func check(
        _ meters: [StoredMeter],
        _ profiles: [MeterProfile?],
        _ layout: FeatureLayout
    ) throws(IndexError) {
        let isNumbered = meters.map(\.id) == Array(meters.indices)
        let isFitting = profiles.allSatisfy { profile in
            profile.map { $0.channels.count == layout.channelCount && $0.cadence.interval > 0 } ?? true
        }
        guard isNumbered, isFitting else {
            throw IndexError(.damaged, "the catalog's meters do not fit together; rebuild the index")
        }
    }

    /// The known meters' names, by number.
    package var meterNames: [String] {
        meterNumbers.sorted { $0.value < $1.value }.map(\.key)
    }

    /// The share of normal windows that may lie above the alarm line.
    public var falseAlarmRate: Double { classifier.calibration.falseAlarmRate }

    /// How many readings a meter nobody has seen needs before it is judged.
    package var readingsToKnowANewMeter: Int {
        MeterStream(newMeter: "", layout: layout, expected: defaultCadence).readingsToKnow
    }

    private static func mostCommon(_ cadences: [Cadence]) -> Cadence {
        var counts: [Cadence: Int] = [:]
        for cadence in cadences { counts[cadence, default: 0] += 1 }
        let best = counts.max { ($0.value, -$0.key.interval) < ($1.value, -$1.key.interval) }
        return best?.key ?? Cadence(interval: 3_600_000)
    }

    static func bytes(_ path: String) throws(IndexError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw IndexError(.damaged, "\(path) is missing or cannot be read")
        }
        return [UInt8](data)
    }
}
