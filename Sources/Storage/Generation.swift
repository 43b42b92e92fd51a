public import Detection
package import Encoder
internal import Foundation
public import Readings
public import Verdicts
package import Windows

/// A published build of an index, verified and opened. Immutable; shared by everything that answers from it.
public final class Generation: Sendable {
    /// Its description.
    public let manifest: Manifest
    /// The manifest's SHA-256.
    package let checksum: String
    /// Its readings, meters and windows.
    package let catalog: CatalogReader
    /// Judges a reading as it comes, from the past alone.
    package let detector: Detector
    /// The last values of the windows in its normal bank; nil in generations of older programs.
    package let knownValues: KnownValues?
    /// Judges it again once the next readings have come; nil if there is no second look.
    package let secondLook: Detector?
    /// The known meters' numbers by name.
    package let meterNumbers: [Name: Int]
    /// The known meters' profiles by number; nil for a meter with too short a history.
    package let profiles: [MeterProfile?]
    /// The cadence that a new meter probably has: the most common one of the known meters, on the clock of
    /// the index.
    package let defaultCadence: Cadence
    /// The clock of times without an offset, and of new meters; UTC if the index was built without a zone.
    package var clock: LocalClock { clocks.standard }
    /// The clocks of the meters.
    package let clocks: MeterClocks

    /// The meters' registers, by name; nil where no channel is one.
    private let registers: [Name: MeterRegisters]?

    /// The states among the columns of readings.
    public let states: States

    /// The holidays with their names; nil if none were given.
    package let holidays: HolidayCalendar?

    /// What is known of the meters beside their readings.
    public let attributes: MeterAttributes

    /// What the data set said of readings that persons had labelled when it was built.
    package let replacedLabels: ReplacedLabels

    /// The features of a reading as it comes.
    package var layout: FeatureLayout { detector.layout }
    /// Embeds them.
    package var encoder: any WindowEncoder { detector.encoder }
    /// Judges the embedding.
    package var classifier: Classifier { detector.classifier }

    /// Its number.
    public var number: Int { manifest.generation }

    /// Opens a generation; every byte is verified before a parser reads it.
    ///
    /// - Parameter alarmLine: where the alarm line lies; nil for where the index was built to have it.
    /// - Throws: ``IndexError`` with `notFound`, `damaged` or `unknownFormat`.
    public init(_ number: Int, of folder: IndexFolder, alarmLine: AlarmLineSetting? = nil) throws(IndexError)
    {
        let files = folder.files(of: number)
        manifest = try Self.verifiedManifest(files)
        checksum = try Checksum.ofFile(files.manifest)
        guard manifest.generation == number else {
            throw IndexError(
                .damaged,
                "\(files.manifest) is of generation \(manifest.generation): "
                    + "the folder was renamed; give it its own name again"
            )
        }
        let clock = try Self.clock(manifest, files.manifest)
        states = States(manifest.states ?? [])
        do {
            catalog = try CatalogReader(path: files.catalog)
            let meters = try catalog.meters()
            attributes = try Self.attributes(catalog)
            replacedLabels = try Self.replacedLabels(catalog)
            holidays = manifest.holidays == nil ? nil : try Self.holidays(catalog)
            registers = manifest.registers == nil ? nil : try Self.registers(catalog)
            let layout = FeatureLayout(
                channelCount: manifest.channels.count,
                hasCalendar: manifest.hasCalendar,
                fillsGaps: manifest.filledValues != nil,
                stateChannels: states.stateChannels
            )
            profiles = try meters.map(Self.profile)
            meterNumbers = Dictionary(meters.map { ($0.name, $0.id) }) { first, _ in first }
            try Self.check(meters, profiles, layout)
            let newMeters = manifest.holidays?.newMetersAsSundays == true ? holidays?.holidays : nil
            defaultCadence = Self.mostCommon(profiles.compactMap { $0?.cadence.with(nil) })
                .on(clock).with(newMeters)
            clocks = MeterClocks(clock, own: try Self.ownClocks(manifest, catalog, meters, profiles, clock))
            let detector = try Detector(
                at: files,
                layout: layout,
                summary: manifest.detectorSummary,
                catalog: catalog,
                meters: meters.map(\.name)
            )
            let names = meters.map(\.name)
            let secondLook = try Self.secondLook(of: manifest, in: files.secondLook, meters: names)
            knownValues = try manifest.files[GenerationFile.values].map { _ in
                try KnownValues(
                    decoding: Self.bytes(files.values),
                    rows: detector.classifier.normal.windows.count,
                    channels: layout.channelCount
                )
            }
            let interval = defaultCadence.interval
            self.detector = alarmLine.map { detector.with($0, interval: interval) } ?? detector
            self.secondLook = alarmLine.flatMap { secondLook?.with($0, interval: interval) } ?? secondLook
        } catch let error as IndexError {
            throw IndexError(error.code, "generation \(number) of `\(folder.name)`: \(error.message)")
        } catch {
            throw IndexError(.damaged, "generation \(number) of `\(folder.name)` cannot be opened: \(error)")
        }
    }

    private static func clock(_ manifest: Manifest, _ path: String) throws(IndexError) -> LocalClock {
        guard let name = manifest.timezone else { return .utc }
        if let clock = LocalClock(identifier: name) { return clock }
        throw IndexError(
            .unknownFormat,
            "\(path) has the time zone `\(name)`, which this program does not know; use the program that built "
                + "the index, or a later one"
        )
    }

    /// The clocks of the meters that have another one than the index.
    private static func ownClocks(
        _ manifest: Manifest,
        _ catalog: CatalogReader,
        _ meters: [StoredMeter],
        _ profiles: [MeterProfile?],
        _ clock: LocalClock
    ) throws -> [Name: LocalClock] {
        guard manifest.zones == nil else {
            guard let bytes = try catalog.calibration(name: MeterClocks.name) else {
                throw IndexError(.damaged, "the catalog has no zones of meters; build the index again")
            }
            return try JSONDecoder().decode(NamedValues<LocalClock>.self, from: Data(bytes)).values
        }
        let profiled = zip(meters, profiles).compactMap { meter, profile in
            profile.map { (meter.name, $0.cadence.clock) }
        }
        return Dictionary(profiled.filter { $0.1 != clock }) { first, _ in first }
    }

    private static func registers(_ catalog: CatalogReader) throws -> [Name: MeterRegisters] {
        guard let bytes = try catalog.calibration(name: MeterRegisters.name) else {
            throw IndexError(.damaged, "the catalog has no registers; rebuild the index from its files")
        }
        return try JSONDecoder().decode(NamedValues<MeterRegisters>.self, from: Data(bytes)).values
    }

    private static func holidays(_ catalog: CatalogReader) throws -> HolidayCalendar {
        guard let bytes = try catalog.calibration(name: HolidayCalendar.name) else {
            throw IndexError(.damaged, "the catalog has no holidays; build the index again")
        }
        return try JSONDecoder().decode(HolidayCalendar.self, from: Data(bytes))
    }

    private static func attributes(_ catalog: CatalogReader) throws -> MeterAttributes {
        guard let bytes = try catalog.calibration(name: MeterAttributes.name) else {
            return MeterAttributes()
        }
        let stored = try JSONDecoder().decode(NamedValues<NamedValues<Name>>.self, from: Data(bytes))
        return MeterAttributes(stored.values.mapValues(\.values))
    }

    private static func replacedLabels(_ catalog: CatalogReader) throws -> ReplacedLabels {
        guard let bytes = try catalog.calibration(name: ReplacedLabels.name) else { return ReplacedLabels() }
        return try JSONDecoder().decode(ReplacedLabels.self, from: Data(bytes))
    }

    private static func profile(of meter: StoredMeter) throws -> MeterProfile? {
        guard !meter.profile.isEmpty else { return nil }
        return try JSONDecoder().decode(MeterProfile.self, from: Data(meter.profile))
    }

    private static func secondLook(
        of manifest: Manifest,
        in files: GenerationFolder,
        meters: [Name]
    ) throws -> Detector? {
        guard let second = manifest.secondLook, let summary = manifest.secondLookSummary else { return nil }
        guard second.following > 0 else {
            throw IndexError(.damaged, "the second look in the manifest has no horizon; rebuild the index")
        }
        return try Detector(
            at: files,
            layout: FeatureLayout(
                channelCount: manifest.channels.count,
                hasCalendar: manifest.hasCalendar,
                horizon: second.following,
                fillsGaps: manifest.filledValues != nil,
                stateChannels: States(manifest.states ?? []).stateChannels
            ),
            summary: summary,
            catalog: CatalogReader(path: files.catalog),
            meters: meters
        )
    }

    /// Checks what the rest of the program relies on: a catalog may be intact and yet make no sense.
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
            throw IndexError(.damaged, "the catalog's meters contradict each other; rebuild the index")
        }
    }

    /// A meter's own clock, or that of the index.
    package func clock(of meter: Name) -> LocalClock { clocks[meter] }

    /// The cadence that a meter without a profile probably has, on its clock.
    package func expectedCadence(of meter: Name) -> Cadence { defaultCadence.on(clocks[meter]) }

    /// The known meters' names, by number.
    package var meterNames: [Name] {
        meterNumbers.sorted { $0.value < $1.value }.map(\.key)
    }

    /// The registers of a meter after its last reading of this generation; nil where no channel is one.
    package func registers(of meter: Name) -> MeterRegisters? {
        guard let registers else { return nil }
        return registers[meter]
            ?? MeterRegisters(channels: registerNumbers, interval: defaultCadence.interval)
    }

    /// How many values a pushed reading has.
    public var columnCount: Int { states.columnCount(channels: manifest.channels.count) }

    /// The names of these values, in order.
    public var columns: [Name] { states.columns(of: manifest.channels) }

    /// The units of ``columns``, `""` where none is known; empty if none is.
    public var columnUnits: [String] {
        guard let units = manifest.units, units.count == manifest.channels.count else { return [] }
        return states.columns(of: units) { _ in "" }
    }

    /// A meter's states before any reading; nil where no column is one.
    package var unreadStates: MeterStates? { states.isEmpty ? nil : MeterStates(states) }

    /// The numbers of the channels that are registers.
    private var registerNumbers: [Int] {
        (manifest.registers ?? []).compactMap { manifest.channels.firstIndex(of: $0) }
    }

    /// The share of normal windows that may lie above the alarm line.
    public var falseAlarmRate: Double { classifier.calibration.falseAlarmRate }

    /// How many readings a new meter needs before it is judged.
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

extension MeterClocks {
    /// The name of the part of the catalog that has the clocks of the meters.
    package static let name = "zones"
}

/// How long after a reading the second look judges it: as long as was asked for, unless meters report so
/// often that the wait is shortened.
public struct SecondLookWait: Equatable, Sendable {
    /// The wait that was asked for, in milliseconds.
    public let asked: Int64
    /// How many meters have a history long enough for a second look.
    public let meters: Int
    /// How many of them report so often that ``mostReadings`` come in less time than that.
    public let cutMeters: Int
    /// The shortest wait of any of them, in milliseconds: ``asked``, to the nearest reading, where none is
    /// shortened.
    public let shortest: Int64

    /// A second look waits for at most this number of a meter's readings.
    public static let mostReadings = FeatureLayout.mostHorizonSlots
}

extension Generation {
    /// How long its second look waits on its meters' grids; nil where there is none.
    public var secondLookWait: SecondLookWait? {
        guard let second = secondLook, let asked = second.layout.horizon else { return nil }
        let cadences = profiles.compactMap { $0?.cadence }
        let waits = cadences.map { Int64(second.layout.horizonSlots($0)) * $0.interval }
        return SecondLookWait(
            asked: asked,
            meters: cadences.count,
            cutMeters: cadences.count { asked > Int64(SecondLookWait.mostReadings) * $0.interval },
            shortest: waits.min() ?? asked
        )
    }
}

/// The generation that `CURRENT` names, or the one that is served in its place.
package struct OpenedGeneration {
    package let generation: Generation
    /// Why it is not the one that `CURRENT` names; nil if it is.
    package let refusal: IndexError?

    /// Opens the generation to be served.
    ///
    /// - Parameter fallsBack: whether an earlier generation may take its place. A later one never does: it
    ///   was rolled back from, or its publishing was not finished.
    /// - Throws: ``IndexError`` about the generation that should be served, if none can be.
    package init(_ folder: IndexFolder, alarmLine: AlarmLineSetting?, fallsBack: Bool) throws(IndexError) {
        let reason: IndexError
        do {
            generation = try Generation(folder.current(), of: folder, alarmLine: alarmLine)
            refusal = nil
            return
        } catch {
            guard fallsBack, error.code == .damaged || error.code == .unknownFormat else { throw error }
            reason = error
        }
        let named = folder.numberInCurrent
        for number in folder.generations().reversed() where named.map({ number < $0 }) ?? true {
            if let whole = try? Generation(number, of: folder, alarmLine: alarmLine) {
                generation = whole
                refusal = reason
                return
            }
        }
        throw reason
    }

    /// The sentence that reports a generation that is served in another's place; nil if none is.
    package func issue(in folder: IndexFolder) -> String? {
        refusal.map { "generation \(generation.number) is served, as the newest cannot be: \($0)" }
    }
}
