public import Encoder
public import Readings
public import Storage
public import Tasks
public import Verdicts
internal import Windows

/// What an index is built from.
public struct IndexSource: Sendable {
    /// All meters' readings, each meter once.
    public var histories: [MeterHistory]
    /// The channels' names, in order.
    public var channels: [Name]
    /// The channels' units, `""` where none is known; empty if none is.
    public var units: [String] = []
    /// The readings whose label a person gave, by the meter's name.
    public var personLabels: [Name: Set<Timestamp>]
    /// What is known of the meters beside their readings: by the meter's name, then by the attribute's.
    public var attributes: [Name: [Name: Name]]
    /// The meters' registers after their last readings; empty if no channel is one.
    public var registers: [Name: MeterRegisters]
    /// The states among the columns of readings, with their changes in ``histories``.
    public private(set) var states: States
    /// Whether only readings labelled normal are normal; else unlabelled ones are, too.
    public var hasGivenNormals: Bool {
        get { histories.contains(where: \.hasGivenNormals) }
        set { for index in histories.indices { histories[index].hasGivenNormals = newValue } }
    }
    /// The time zone that was given for the readings; nil if none was.
    public var timezone: LocalClock?
    /// The holidays with their names; nil if none were given.
    public var holidays: HolidayCalendar?
    /// What was found out about them.
    var holidayChoice: HolidayChoice?
    /// Up to which position the journal's readings and labels are contained.
    public var journal: JournalPosition
    /// What the data set says of the readings in ``personLabels``.
    var replacedLabels = ReplacedLabels()
    /// How many withdrawals of labels are contained.
    var withdrawals = 0

    /// A source; one that was read from files contains nothing of a journal.
    ///
    /// - Parameters:
    ///   - states: the columns that are states; how often they change is counted in the histories.
    ///   - timezone: the clock of all meters that have none of their own; nil if none was given. If all
    ///     meters are known to be in one zone, it is theirs.
    ///   - zones: the clocks of the meters that are known to have one, by the meter's name.
    public init(
        histories: [MeterHistory],
        channels: [Name],
        personLabels: [Name: Set<Timestamp>] = [:],
        attributes: [Name: [Name: Name]] = [:],
        registers: [Name: MeterRegisters] = [:],
        states: States = States(),
        timezone: LocalClock? = nil,
        zones: [Name: LocalClock] = [:],
        journal: JournalPosition = .start
    ) {
        self.histories = histories
        self.channels = channels
        self.personLabels = personLabels
        self.attributes = attributes
        self.registers = registers
        self.states = states
        let isOne = Set(zones.values).count == 1 && histories.allSatisfy { zones[$0.meter] != nil }
        self.timezone = timezone ?? (isOne ? zones.values.first : nil)
        self.journal = journal
        for (index, history) in histories.enumerated() {
            let standard = history.clock == .utc ? self.timezone : nil
            self.histories[index].clock = zones[history.meter] ?? standard ?? history.clock
        }
        self.states.learn(from: &self.histories)
    }

    /// The clocks of the meters that have another one than the index.
    var ownClocks: MeterClocks {
        let others = histories.filter { $0.clock != timezone ?? .utc }
        return MeterClocks(timezone ?? .utc, own: Dictionary(others.map { ($0.meter, $0.clock) }) { $1 })
    }

    /// The names of the channels that are registers, in order.
    var registerNames: [Name] { (registers.values.first?.numbers ?? []).map { channels[$0] } }

    /// Makes sure that everything in the index can be asked for: what files name must not be longer than what
    /// a request may name. Not for what an index has already.
    ///
    /// - Throws: ``IndexError`` with `badRequest`.
    public func requireLimits() throws(IndexError) {
        guard channels.count <= RequestLimit.values else {
            throw IndexError(
                .badRequest,
                "there are \(channels.count) channels, and a request has at most \(RequestLimit.values) "
                    + "values; name those that matter with --value, or give --wide if each is a meter"
            )
        }
        for history in histories {
            try Self.require(history.meter, as: "meter", bytes: RequestLimit.nameBytes)
            var checked: Set<Name> = []
            for case .anomalous(let kind?)? in history.labels where checked.insert(kind).inserted {
                try Self.require(kind, as: "kind", bytes: RequestLimit.kindBytes)
            }
        }
    }

    private static func require(_ name: Name, as what: String, bytes: Int) throws(IndexError) {
        guard name.text.utf8.count > bytes else { return }
        throw IndexError(
            .badRequest,
            "the \(what) `\(name.escaped.prefix(40))…` has \(name.text.utf8.count) bytes, and a \(what) "
                + "has at most \(bytes); shorten it in the files, or name another column"
        )
    }

    /// The readings of some of the meters, by their numbers.
    func slice(_ meters: Range<Int>) -> IndexSource {
        guard meters != histories.indices else { return self }
        var source = self
        source.histories = Array(histories[meters])
        return source
    }
}

extension IndexSource {
    /// Writes the windows that a build would train a network on: `encoder.json` and `windows.safetensors`,
    /// for `gridkin-trainer` or for your own script. docs/encoders.md describes them.
    ///
    /// - Parameters:
    ///   - family: the network that will be trained.
    ///   - folder: where the files are written; it is created if it does not exist, and its other files stay.
    /// - Returns: how many windows were written.
    /// - Throws: ``IndexError`` with `tooLittleHistory` or `storage`.
    public func writeWindows(
        for family: EncoderFamily,
        to folder: String,
        report: @escaping ProgressReport
    ) async throws -> Int {
        precondition(family.isNeural, "windows are written for a network")
        let options = BuildOptions(encoder: .families([family]))
        let trainer = IndexTrainer(
            source: self,
            options: options,
            context: TrainingContext(trainingFolder: folder, report: report)
        )
        let table = try await trainer.windows(slots: options.encoder.slots)
        return try NetworkTraining(family, folder: folder, seed: 0).write(table, channels: channels)
    }
}

extension IndexSource {
    /// The readings that a generation holds, those pushed since it was built, and all labels.
    init(_ generation: Generation, _ journal: Journal, report: ProgressReport) throws {
        let position = try journal.position()
        let known = generation.manifest.journal
        let pushed = Dictionary(grouping: try journal.readings(after: known, through: position), by: \.meter)
        let given = try journal.numberedLabels(after: 0, through: position.labels).labels
        let labels = Dictionary(grouping: given, by: \.meter)
        let names = Set(generation.meterNumbers.keys).union(pushed.keys)
        var histories: [MeterHistory] = []
        var personLabels: [Name: Set<Timestamp>] = [:]
        var replaced = ReplacedLabels()
        var registers: [Name: MeterRegisters] = [:]
        report(TaskProgress("reading", done: 0, total: names.count))
        for name in names.sorted() {
            let held = try Self.readings(of: name, in: generation, pushed: pushed[name] ?? [])
            let last = Dictionary((labels[name] ?? []).map { ($0.time, $0) }) { $1 }
            var history = MeterHistory(
                meter: name,
                channelCount: generation.layout.channelCount,
                clock: generation.clock(of: name)
            )
            for reading in held.readings {
                let time = Timestamp(milliseconds: reading.time)
                let own = generation.dataSetLabel(of: name, reading)
                let label =
                    last[time].map { $0.label.map { KnownLabel($0, isFromPerson: true) } ?? own }
                    ?? reading.label
                if label?.isFromPerson == true {
                    personLabels[name, default: []].insert(time)
                    if let own { replaced.note(own.label, of: name, at: time) }
                }
                history.append(time: time, values: reading.values, label: label?.label)
            }
            registers[name] = held.registers?.learning(from: history)
            histories.append(history)
            report(TaskProgress("reading", done: histories.count, total: names.count))
        }
        self.init(
            // In the order in which files are read, so that a rebuild without news gives the same index.
            histories: histories.sortedByMeter(),
            channels: generation.manifest.channels,
            personLabels: personLabels,
            attributes: generation.attributes.byMeter,
            registers: registers,
            states: generation.states,
            journal: position
        )
        replacedLabels = replaced
        withdrawals = try journal.withdrawals(through: position.labels)
        // Afterwards: a meter of UTC among others keeps its own clock.
        units = generation.manifest.units ?? []
        timezone = generation.manifest.timezone == nil ? nil : generation.clock
        holidays = generation.holidays
        guard generation.manifest.hasGivenNormals ?? false else { return }
        hasGivenNormals = true
        states.learn(from: &histories)
    }

    /// The catalog's readings of a meter and the pushed ones, by the rule of ``History``.
    private static func readings(
        of meter: Name,
        in generation: Generation,
        pushed: [Reading]
    ) throws -> HeldHistory {
        let known = try generation.meterNumbers[meter].map { try generation.catalog.readings(meter: $0) }
        // The journal may hold readings of an earlier index of this name that had other columns.
        let fitting = pushed.map(StoredReading.init).filter { $0.values.count == generation.columnCount }
        return HeldHistory(
            known: known ?? [],
            pushed: fitting,
            generation.registers(of: meter),
            generation.states
        )
    }
}

extension Generation {
    /// What the data set says of a reading, whatever persons say; nil if nothing, or if a person's label has
    /// replaced it in a generation of an older program.
    fileprivate func dataSetLabel(of meter: Name, _ reading: StoredReading) -> KnownLabel? {
        guard let label = reading.label, label.isFromPerson else { return reading.label }
        let time = Timestamp(milliseconds: reading.time)
        return replacedLabels[meter, time].map { KnownLabel($0, isFromPerson: false) }
    }
}
