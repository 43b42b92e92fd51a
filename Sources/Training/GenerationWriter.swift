internal import Detection
internal import Encoder
internal import Foundation
internal import Readings
internal import Storage
internal import Tasks
internal import VectorIndex
internal import Windows

/// Writes what a build has learnt into the folder of a new generation.
struct GenerationWriter {
    let folder: GenerationFolder
    let generation: Int
    let source: IndexSource
    let options: BuildOptions

    /// Writes all files, the manifest last.
    ///
    /// - Returns: the manifest.
    func write(_ trained: TrainedIndex, report: ProgressReport) throws -> Manifest {
        report(TaskProgress("writing", done: 0, total: 4))
        try writeBanks(trained.first.detector, in: folder)
        report(TaskProgress("writing", done: 1, total: 4))
        try writeEncoder(trained.first.detector, in: folder)
        let values = KnownValues(of: trained.first.detector.classifier.normal.windows, in: source.histories)
        try DurableFile.write(values.encoded(), to: folder.values)
        try writeCatalog(trained)
        if let second = trained.second { try writeSecond(second.detector) }
        report(TaskProgress("writing", done: 3, total: 4))
        var manifest = manifest(trained)
        if let page = trained.first.page {
            try DurableFile.write(Array(page(manifest).utf8), to: folder.report)
        }
        for name in try folder.names() {
            let path = folder.path(of: name)
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            manifest.files[name] = Manifest.File(bytes: size, sha256: try Checksum.ofFile(path))
        }
        try DurableFile.write(manifest.encoded(), to: folder.manifest)
        let checksum = GenerationFile.manifestChecksum(try Checksum.ofFile(folder.manifest))
        try DurableFile.write(Array(checksum.utf8), to: folder.manifestChecksum)
        report(TaskProgress("writing", done: 4, total: 4))
        return manifest
    }

    /// Writes the detector of the second look into a folder of its own, with a catalog of the windows in its
    /// banks.
    private func writeSecond(_ second: Detector) throws {
        let folder = folder.secondLook
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: false)
        try writeBanks(second, in: folder)
        try writeEncoder(second, in: folder)
        let writer = try CatalogWriter(path: folder.catalog)
        try writer.write(
            source.histories.enumerated().map { StoredMeter(id: $0, name: $1.meter, profile: []) }
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try write(second.classifier, in: writer, by: encoder)
        try writer.close()
    }

    private func writeBanks(_ detector: Detector, in folder: GenerationFolder) throws {
        let classifier = detector.classifier
        try classifier.normal.index.write(to: folder.normal)
        try classifier.anomalous.index.write(to: folder.anomalous)
        for (channel, bank) in classifier.channels.enumerated() {
            try bank.index.write(to: folder.normal(channel: channel))
        }
    }

    private func writeEncoder(_ detector: Detector, in folder: GenerationFolder) throws {
        let description = EncoderDescription(
            of: detector.encoder,
            layout: detector.layout,
            features: detector.layout.names(channels: source.channels)
        )
        try DurableFile.write(description.encoded(), to: folder.encoder)
        try DurableFile.write(detector.encoder.tensors.encoded(), to: folder.weights)
        if let forest = detector.classifier.forest {
            try DurableFile.write(forest.tensors.encoded(), to: folder.forest)
        }
    }

    private func writeCatalog(_ trained: TrainedIndex) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let writer = try CatalogWriter(path: folder.catalog)
        let meters = try source.histories.enumerated().map { meter, history in
            let profile = try trained.profiles[meter].map { try [UInt8](encoder.encode($0)) } ?? []
            return StoredMeter(id: meter, name: history.meter, profile: profile)
        }
        try writer.write(meters)
        for (meter, history) in source.histories.enumerated() {
            let person = source.personLabels[history.meter] ?? []
            try writer.writeReadings(
                meter: meter,
                times: history.times.map(\.milliseconds),
                values: history.values
            ) { index in
                history.labels[index].map {
                    KnownLabel($0, isFromPerson: person.contains(history.times[index]))
                }
            }
        }
        if !source.attributes.isEmpty {
            let attributes = NamedValues(source.attributes.mapValues { NamedValues($0) })
            try writer.writeCalibration(name: MeterAttributes.name, [UInt8](encoder.encode(attributes)))
        }
        let clocks = source.ownClocks.own
        if !clocks.isEmpty {
            try writer.writeCalibration(name: MeterClocks.name, [UInt8](encoder.encode(NamedValues(clocks))))
        }
        if let holidays = source.holidays {
            try writer.writeCalibration(name: HolidayCalendar.name, [UInt8](encoder.encode(holidays)))
        }
        if !source.registers.isEmpty {
            let registers = NamedValues(source.registers)
            try writer.writeCalibration(name: MeterRegisters.name, [UInt8](encoder.encode(registers)))
        }
        if !source.replacedLabels.isEmpty {
            try writer.writeCalibration(
                name: ReplacedLabels.name,
                [UInt8](encoder.encode(source.replacedLabels))
            )
        }
        try write(trained.first.detector.classifier, in: writer, by: encoder)
        try writer.close()
    }

    /// Writes the windows in a classifier's banks, its weights and its calibration.
    private func write(_ classifier: Classifier, in writer: CatalogWriter, by encoder: JSONEncoder) throws {
        try writer.writeWindows(bank: .normal, classifier.normal.windows)
        try writer.writeWindows(bank: .anomalous, classifier.anomalous.windows)
        let knowledge = ClassifierKnowledge(
            fusion: classifier.fusion,
            calibration: classifier.calibration,
            usual: classifier.distances
        )
        try writer.writeCalibration(name: ClassifierKnowledge.name, [UInt8](encoder.encode(knowledge)))
    }

    private func manifest(_ trained: TrainedIndex) -> Manifest {
        let times = source.histories.flatMap { [$0.times.first, $0.times.last].compactMap(\.self) }
        let first = trained.first
        var manifest = Manifest(generation: generation, channels: source.channels, journal: source.journal)
        manifest.withdrawals = source.withdrawals > 0 ? source.withdrawals : nil
        manifest.hasGivenNormals = source.hasGivenNormals ? true : nil
        let zones = source.ownClocks.counts
        manifest.zones = zones.isEmpty ? nil : zones
        manifest.holidays = Manifest.HolidaySummary(source.holidayChoice, meters: source.histories.count)
        manifest.registers = source.registerNames.isEmpty ? nil : source.registerNames
        let hasUnits = source.units.count == source.channels.count && source.units.contains { !$0.isEmpty }
        manifest.units = hasUnits ? source.units : nil
        manifest.states = source.states.isEmpty ? nil : source.states.all
        manifest.filledValues = zip(source.histories, trained.profiles).reduce(0) { sum, meter in
            sum + (meter.1.map { meter.0.filledValues($0.cadence) } ?? 0)
        }
        let isInUTC = source.histories.allSatisfy { $0.clock == .utc }
        manifest.format =
            manifest.needsCurrentFormat
            ? Manifest.currentFormat : isInUTC ? Manifest.formatInUTC : Manifest.formatWithClock
        manifest.timezone = source.timezone?.identifier
        manifest.meters = source.histories.count
        manifest.readings = source.histories.reduce(0) { $0 + $1.count }
        manifest.anomalousReadings = source.histories.reduce(0) { sum, history in
            sum + history.labels.count { $0?.isAnomalous == true }
        }
        manifest.first = times.min()?.description ?? ""
        manifest.last = times.max()?.description ?? ""
        manifest.hasCalendar = first.detector.layout.hasCalendar
        manifest.dimension = first.detector.encoder.dimension
        manifest.encoder = first.detector.encoder.name
        manifest.encoderAsked = options.encoder.manifestName
        manifest.search = options.search.rawValue
        manifest.recall = options.recall
        manifest.condensing = first.reduction
        manifest.trustsUnlabelled = options.trustsUnlabelled ? true : nil
        manifest.seed = options.seed
        manifest.command = options.command
        manifest.normal = first.normal
        manifest.anomalous = first.anomalous
        manifest.validation = first.validation
        manifest.secondLook = trained.second.map(Manifest.SecondLook.init)
        return manifest
    }
}

extension Manifest.SecondLook {
    fileprivate init(_ trained: TrainedDetector) {
        self.init(
            following: trained.detector.layout.horizon ?? 0,
            encoder: trained.detector.encoder.name,
            dimension: trained.detector.encoder.dimension,
            normal: trained.normal,
            anomalous: trained.anomalous,
            validation: trained.validation
        )
    }
}
