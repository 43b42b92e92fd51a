// What is gathered from all files of one form, that is with the same columns: what the cells of each column
// are, which columns tell rows apart, in which order rows come. Nothing is decided here.

internal import Readings
internal import Text

/// The files that have the same columns, and what their rows show.
struct SurveyedForm {
    /// The first of them.
    let file: String
    let shape: FileShape
    let sample: SampledColumns
    let given: GivenColumns
    let times: TimeColumns
    /// Tell the hour apart that comes twice.
    let telling: TellingColumns
    private let otherHeader: OtherHeader
    /// The columns of a row a day; nil if a row is one reading.
    let days: DayColumns?
    /// The columns that may tell rows apart.
    let candidates: [Int]

    /// What the cells of each column are.
    private(set) var columns: [ColumnEvidence]
    /// How often each column was filled.
    private(set) var filled: [Int]
    private(set) var rows = 0
    /// Files without a meter's column are meters of their own: rows of two of them never share a time.
    private var fileNumber: UInt64 = 0
    private var path: String
    private(set) var keys: KeySample
    private(set) var order: SeriesOrder
    private(set) var words: [CandidateWords]
    /// The rows whose values a column calls missing.
    private(set) var marks: MissingMarks
    /// The columns that are neither of times nor candidates, if they are few enough to be compared.
    private let rest: [Int]?
    /// The offsets that stand with the time of day in a column beside the days.
    private var offsetsBeside = OffsetEvidence()
    /// Whether the midnights in a column of times of day end their dates.
    private var clockOrder = ClockOrder()
    /// The format in which times are read for their order; what it is in the end, all files decide.
    private var provisional: StampReader?

    init(_ text: SampledText, _ shape: FileShape, choice: ColumnChoice) throws(ReadingsError) {
        (file, path) = (text.file, text.file)
        self.shape = shape
        sample = SampledColumns(text, shape)
        given = try GivenColumns(choice, in: shape, of: text.file)
        guard let times = TimeGuess(sample, taken: given.notTime).times(day: given.time, clock: given.clock)
        else {
            throw ReadingsError(
                .noTimeColumn,
                file: text.file,
                line: shape.headerLine ?? 1,
                "no column holds timestamps: "
                    + (TimeAdvice(sample).sentence
                        ?? "\(sample.listOfNames); --time names the column with the timestamps")
            )
        }
        telling = TellingColumns(sample, times, given)
        self.times = times.leavingOut(telling)
        otherHeader = OtherHeader(shape.headerLine == nil ? [] : shape.writtenNames, day: times.day)
        let mayHaveDays = !choice.wide && choice.values.isEmpty
        days = mayHaveDays ? try DayColumnsFinder(sample, file: text.file).days(times) : nil
        candidates = Self.candidates(sample, self.times, given, days)
        let used = Set(candidates + self.times.all)
        rest =
            shape.names.count <= Self.comparedLimit ? shape.names.indices.filter { !used.contains($0) } : nil
        let written = sample
        marks = MissingMarks(candidates.map { ($0, written.name($0)) })
        let missing = MissingWords(adding: choice.missing)
        columns = shape.names.map { _ in ColumnEvidence(missing: missing) }
        filled = shape.names.map { _ in 0 }
        keys = KeySample(columns: candidates)
        order = SeriesOrder(columns: candidates.count)
        words = candidates.map { _ in CandidateWords() }
    }

    /// In a file with more columns rows are compared as a whole.
    private static let comparedLimit = 64
    /// How many columns may tell rows apart.
    private static let candidateLimit = 24

    /// The columns that may name a meter or a quantity: those that the caller named, text, and whole numbers.
    private static func candidates(
        _ sample: SampledColumns,
        _ times: TimeColumns,
        _ given: GivenColumns,
        _ days: DayColumns?
    ) -> [Int] {
        let named = given.meter + (given.channel.map { [$0] } ?? [])
        let names = sample.shape.writtenNames.map(ColumnNames.plain)
        let rest = sample.indices.filter { column in
            !given.taken.contains(column) && !times.all.contains(column) && times.others[column] == nil
                && !(days.map { $0.columns.contains(column) || $0.marks.contains(column) } ?? false)
                && !(column < names.count && ColumnNames.label.contains(names[column])
                    && !sample.isNaming(column))
        }
        let meters = rest.filter { $0 < names.count && ColumnNames.meter.contains(names[$0]) }
        let texts = rest.filter { !meters.contains($0) && sample.isText($0) }
        let wholes = rest.filter { !meters.contains($0) && sample.isWhole($0) }
        return Array((named + meters + texts + wholes).prefix(candidateLimit))
    }

    /// Begins the next file of this form.
    mutating func beginFile(_ path: String) {
        self.path = path
        order.beginFile()
        fileNumber += 1
    }

    /// Takes a row.
    ///
    /// - Parameters:
    ///   - fields: where its cells are in `bytes`.
    ///   - record: the whole row.
    ///   - line: the row's line in its file.
    /// - Throws: ``ReadingsError`` with `headerMalformed` for another header.
    mutating func take(
        _ bytes: Span<UInt8>,
        _ fields: [Range<Int>],
        record: Span<UInt8>,
        line: Int,
        hashes: inout [UInt64]
    ) throws(ReadingsError) {
        guard fields.count > times.day, !isBetween(bytes, fields) else { return }
        if otherHeader.isOne(bytes, fields) { throw OtherHeader.refusal(file: path, line: line) }
        rows += 1
        for column in 0..<min(fields.count, columns.count) {
            let cell = bytes.extracting(bytes.trimmed(fields[column]))
            if cell.isEmpty { continue }
            filled[column] += 1
            columns[column].note(cell)
        }
        hashes.removeAll(keepingCapacity: true)
        for (position, column) in candidates.enumerated() {
            guard column < fields.count else {
                hashes.append(0)
                continue
            }
            let cell = bytes.extracting(bytes.trimmed(fields[column]))
            let hash = cell.cellHash
            hashes.append(hash)
            if words[position].note(cell, hash) { marks.note(word: cell, hash, of: position) }
        }
        marks.note(hashes, bytes, fields)
        takeKey(bytes, fields, record, hashes)
    }

    /// Whether a row is a comment or the header again, as between the tables of InfluxDB; of nearly all rows
    /// one byte is looked at.
    @inline(__always)
    private func isBetween(_ bytes: Span<UInt8>, _ fields: [Range<Int>]) -> Bool {
        let day = bytes.trimmed(fields[times.day])
        guard shape.headerLine != nil, day.isEmpty || bytes[day.lowerBound].digit > 9 else { return false }
        let first = bytes.trimmed(fields[0])
        if !first.isEmpty, bytes[first.lowerBound] == UInt8(ascii: "#") { return true }
        return !day.isEmpty && times.day < shape.writtenNames.count
            && bytes.extracting(day).text == shape.writtenNames[times.day]
    }

    private mutating func takeKey(
        _ bytes: Span<UInt8>,
        _ fields: [Range<Int>],
        _ record: Span<UInt8>,
        _ hashes: [UInt64]
    ) {
        let day = bytes.extracting(bytes.trimmed(fields[times.day]))
        var time = fileNumber.joined(day.cellHash)
        if let clock = times.clock, clock < fields.count {
            let cell = bytes.extracting(bytes.trimmed(fields[clock]))
            time = time.joined(cell.cellHash)
            if columns[clock].hasOffsets { noteOffset(of: cell, on: day) }
            clockOrder.note(day, cell)
        }
        for column in times.parts where column < fields.count {
            time = time.joined(bytes.extracting(bytes.trimmed(fields[column])).cellHash)
        }
        if Self.isNoTime(day) { time = time.joined(UInt64(rows)) }
        for column in telling.all where column < fields.count {
            let cell = bytes.extracting(bytes.trimmed(fields[column]))
            time = time.joined(cell.cellHash)
            if telling.offsets?.column == column { note(cell, on: day) }
        }
        if keys.wants(time) {
            keys.add(time: time, whole: record.cellHash, rest: restHash(bytes, fields), row: hashes)
        }
        guard !candidates.isEmpty, let moment = moment(day, bytes, fields) else { return }
        order.add(time: moment, cells: hashes)
    }

    /// A hash of the cells of the columns that are neither of times nor candidates; in a file of many
    /// columns, another one for each row.
    private func restHash(_ bytes: Span<UInt8>, _ fields: [Range<Int>]) -> UInt64 {
        guard let rest else { return UInt64(rows) }
        var hash: UInt64 = 0
        for column in rest where column < fields.count {
            hash = hash.joined(bytes.extracting(bytes.trimmed(fields[column])).cellHash)
        }
        return hash
    }

    /// Whether a cell of the times is `NaT`, `0000-00-00 00:00` or the like, whose rows share no time.
    @inline(__always)
    private static func isNoTime(_ day: Span<UInt8>) -> Bool {
        guard day.isEmpty || day[0].digit > 9 || (day.count > 1 && day[0] == Byte.zero && day[1] == Byte.zero)
        else { return false }
        return StampParts(day) == nil
    }

    /// Takes the offset of a row into account that stands in a column of its own.
    private mutating func note(_ cell: Span<UInt8>, on day: Span<UInt8>) {
        guard let offset = telling.offsets?.read(cell), let parts = StampParts(day) else { return }
        offsetsBeside.note(parts.day, clock: parts.clock, offset: offset, mayBeSpan: false)
    }

    private mutating func noteOffset(of clock: Span<UInt8>, on day: Span<UInt8>) {
        guard let parts = StampParts(clock: clock), case .offset(let offset) = parts.zone,
            let day = StampParts(day)?.day
        else { return }
        offsetsBeside.note(day, clock: parts.clock, offset: offset, mayBeSpan: parts.mayBeSpan)
    }

    /// The moment of a row in milliseconds, as far as its order matters.
    private mutating func moment(_ day: Span<UInt8>, _ bytes: Span<UInt8>, _ fields: [Range<Int>]) -> Int64? {
        if provisional == nil { provisional = provisionalFormat.map { StampReader($0) } }
        guard let written = provisional?.read(day) else { return nil }
        guard let clock = times.clock, clock < fields.count else { return written.utc.milliseconds }
        let cell = bytes.extracting(bytes.trimmed(fields[clock]))
        var inDay = StampParts(clock: cell)?.clock ?? (cell.dayNumber ?? 0) * 100
        if let part = times.part, part.column < fields.count {
            inDay += bytes.extracting(bytes.trimmed(fields[part.column])).dayNumber ?? 0
        }
        if let half = times.half, half < fields.count {
            let (part, noon) = (
                bytes.extracting(bytes.trimmed(fields[half])), CivilDate.millisecondsPerDay / 2
            )
            // 12 AM is midnight, and 12 PM is noon.
            inDay %= noon
            if case .afternoon? = DayHalf(part) { inDay += noon }
        }
        return written.utc.milliseconds + inDay
    }

    private var provisionalFormat: StampFormat? {
        var evidence = ColumnEvidence()
        for cell in sample.cells(times.day) where !cell.isEmpty {
            let bytes = Array(cell.utf8)
            evidence.note(bytes.span)
        }
        switch evidence.stampReading(StampOptions()) {
        case .one(let format), .ambiguousZone(let format, _): return format
        case .open(let formats, _): return formats.first
        case .no: return nil
        }
    }
}

extension SurveyedForm {
    /// Takes the times of all rows as evidence of their zone.
    func note(_ evidence: inout ZoneEvidence, _ format: StampFormat, _ placing: StampPlacing? = nil) {
        let day = columns[times.day]
        if let placing {
            guard case .column = placing else { return }
            for (moment, offset) in offsetsBeside.moments(format) { evidence.note(moment, offset: offset) }
            return
        }
        guard times.clock != nil else {
            for (moment, offset) in day.stamps.offsetMoments.moments(format) {
                evidence.note(moment, offset: offset)
            }
            return evidence.noteLocal(day.stamps.countWithoutOffset(of: day.present, format))
        }
        var beside = format
        if case .time(_, let hasSpans)? = format.clock { beside.hasSpans = hasSpans }
        let found = offsetsBeside.moments(beside)
        for (moment, offset) in found { evidence.note(moment, offset: offset) }
        if found.isEmpty { evidence.noteLocal(day.stamps.countWithoutOffset(of: day.present, format)) }
    }
}

extension SurveyedForm {
    /// Whether each 00:00 is the midnight that ends its date.
    ///
    /// - Parameter key: the columns that name the series.
    func endsWithMidnight(_ key: [Int]) -> Bool {
        guard days == nil, times.parts.isEmpty, !columns[times.day].hasOffsets else { return false }
        let evidence = times.clock == nil ? columns[times.day].stamps.midnightOrder : clockOrder.evidence
        if evidence.endsDays { return true }
        // Where one meter follows another within each date, the order of all rows says nothing.
        let positions = key.compactMap { candidates.firstIndex(of: $0) }
        return !positions.isEmpty && order.endsWithMidnight(within: positions)
    }
}

/// The order of the times of day in a column beside one of dates.
struct ClockOrder {
    private(set) var evidence = MidnightEvidence()
    /// What cells say that were looked at: a day has at most so many that are read here.
    private var known: [UInt64: Int64] = [:]
    private static let limit = 1_500

    /// Takes a row.
    mutating func note(_ day: Span<UInt8>, _ clock: Span<UInt8>) {
        let hash = clock.cellHash
        guard let time = known[hash] ?? read(clock, hash), time >= 0 else { return }
        evidence.note(day: Int64(bitPattern: day.cellHash), clock: time)
    }

    private mutating func read(_ clock: Span<UInt8>, _ hash: UInt64) -> Int64? {
        guard known.count < Self.limit else { return nil }
        let parts = StampParts(clock: clock)
        let isLocal = parts.map { $0.zone == .none } ?? true
        let time = isLocal ? parts?.clock ?? clock.dayNumber ?? -1 : -1
        known[hash] = time
        return time
    }
}

extension TimeColumns {
    /// The columns that tell a part of the time of day.
    var parts: [Int] { [part?.column, second?.column, half].compactMap(\.self) }

    /// These, with the columns that tell hours apart among the others.
    func leavingOut(_ telling: TellingColumns) -> TimeColumns {
        var times = self
        if let offsets = telling.offsets { times.others[offsets.column] = "holds the offsets of the times" }
        if let flag = telling.flag { times.others[flag] = "tells the hour apart that comes twice" }
        return times
    }
}

extension GivenColumns {
    /// The columns that the caller named as something else than times.
    var notTime: Set<Int> { taken.subtracting([time, clock].compactMap(\.self)) }
}

/// The words of a column, as long as they are few.
struct CandidateWords {
    /// More words than this are no quantities.
    static let limit = 1_024

    private var seen: Set<UInt64> = []
    private var last: UInt64?
    private var names: [Name] = []
    private var isComplete = true

    /// All words, in the order of their bytes; nil if there are too many.
    var all: [Name]? { isComplete ? names.sorted() : nil }

    /// Takes a cell into account.
    ///
    /// - Returns: whether its word is a new one.
    mutating func note(_ cell: Span<UInt8>, _ hash: UInt64) -> Bool {
        guard isComplete, last != hash else { return false }
        last = hash
        guard seen.insert(hash).inserted else { return false }
        if names.count == Self.limit {
            (isComplete, names) = (false, [])
        } else if !cell.isEmpty {
            names.append(Name(cell.text))
        }
        return isComplete
    }
}
