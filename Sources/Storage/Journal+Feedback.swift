internal import GRDB
internal import Readings
internal import Verdicts

// What people say of readings. A label is a row of `label`, as it always was. Labels that were taken back
// have a row of `withdrawal`, with a number of the same sequence: of several labels and withdrawals of a
// reading the one with the greatest number counts. `feedback` has who said it, when and why, a row for each
// request.

extension Journal {
    /// The tables that an older program does not know, and an index of labels by their readings.
    static func makeFeedback(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE withdrawal (
                    sequence INTEGER PRIMARY KEY,
                    meter TEXT NOT NULL,
                    time INTEGER NOT NULL,
                    checksum INTEGER NOT NULL
                ) STRICT;
                CREATE TABLE feedback (
                    first INTEGER PRIMARY KEY,
                    last INTEGER NOT NULL,
                    given INTEGER NOT NULL,
                    author TEXT,
                    note TEXT,
                    cause TEXT,
                    repair TEXT,
                    checksum INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX label_reading ON label (meter, time);
                CREATE INDEX withdrawal_reading ON withdrawal (meter, time);
                """
        )
    }

    /// Writes labels.
    func insert(_ labels: [LabelEntry], into database: Database) throws {
        let inserter = try RowInserter(
            database,
            sql: "INSERT INTO label (meter, time, anomalous, kind, checksum) VALUES (?, ?, ?, ?, ?)"
        )
        for label in labels {
            try inserter.insert { row in
                row.bind(label.meter)
                row.bind(label.time.milliseconds)
                row.bind(label.label.isAnomalous)
                row.bind(label.label.kind)
                row.bind(label.checksum)
            }
        }
    }

    /// Writes labels or withdrawals, with consecutive numbers, and what was told beside them.
    func insert(_ feedback: Feedback, into database: Database) throws {
        guard !feedback.times.isEmpty else { return }
        let first = try Self.position(database).labels + 1
        if let label = feedback.label {
            let meter = feedback.meter
            try insert(
                feedback.times.map { LabelEntry(meter: meter, time: $0, label: label) },
                into: database
            )
        } else {
            try insertWithdrawals(feedback, from: first, into: database)
        }
        let said = KeptFeedback(
            numbers: first...(first + Int64(feedback.times.count) - 1),
            given: feedback.given,
            note: feedback.note
        )
        try said.insert(into: database)
    }

    private func insertWithdrawals(
        _ feedback: Feedback,
        from first: Int64,
        into database: Database
    ) throws {
        let inserter = try RowInserter(
            database,
            sql: "INSERT INTO withdrawal (sequence, meter, time, checksum) VALUES (?, ?, ?, ?)"
        )
        var number = first
        for time in feedback.times {
            try inserter.insert { row in
                row.bind(number)
                row.bind(feedback.meter)
                row.bind(time.milliseconds)
                row.bind(Self.checksum(ofWithdrawal: number, feedback.meter, time))
            }
            number += 1
        }
        try Self.number("label", from: number - 1, in: database)
    }

    /// Makes the next number of a table begin after another, if it would begin before.
    static func number(_ table: String, from number: Int64, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO sqlite_sequence (name, seq) SELECT :name, 0
                WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = :name);
                UPDATE sqlite_sequence SET seq = :number WHERE name = :name AND seq < :number
                """,
            arguments: ["name": table, "number": number]
        )
    }

    private static func checksum(ofWithdrawal number: Int64, _ meter: Name, _ time: Timestamp) -> Int64 {
        var checksum = RowChecksum()
        checksum.add(number)
        checksum.add(meter.text.utf8)
        checksum.add(time.milliseconds)
        return checksum.value
    }

    /// The withdrawal of a row; nil if the row was altered, which is noted.
    func wholeWithdrawal(_ row: Row) throws -> NumberedLabel? {
        let meter = Name(try row.decode(atIndex: 0))
        let time = Timestamp(milliseconds: try row.decode(atIndex: 1))
        let number = try row.decode(Int64.self, atIndex: 5)
        guard try Self.checksum(ofWithdrawal: number, meter, time) == row.decode(atIndex: 4) else {
            noteAltered("withdrawal \(number)")
            return nil
        }
        return NumberedLabel(withdrawing: number, meter, time)
    }

    /// Whether the journal has the tables: one that is only read may be an older program's.
    static func hasFeedback(_ database: Database) throws -> Bool { try database.tableExists("withdrawal") }

    /// Reads all withdrawals and what was told, and notes those that were altered.
    func checkFeedback(_ database: Database) throws {
        guard try Self.hasFeedback(database) else { return }
        let rows = try Row.fetchCursor(database, sql: Self.withdrawals)
        while let row = try rows.next() { _ = try wholeWithdrawal(row) }
        let notes = try Row.fetchCursor(database, sql: KeptFeedback.selection)
        while let row = try notes.next() { _ = try wholeFeedback(row) }
    }

    /// Withdrawals in the columns of labels.
    static let withdrawals = "SELECT meter, time, NULL, NULL, checksum, sequence FROM withdrawal"

    /// What a row tells; nil if it was altered, which is noted.
    func wholeFeedback(_ row: Row) throws -> KeptFeedback? {
        if let kept = try KeptFeedback(row) { return kept }
        noteAltered("feedback \(try row.decode(Int64.self, atIndex: 0))")
        return nil
    }
}

/// Who said something, when and why, as the journal keeps it.
struct KeptFeedback {
    /// The labels or withdrawals that it is about.
    let numbers: ClosedRange<Int64>
    let given: Timestamp
    let note: LabelNote

    static let selection =
        "SELECT first, last, given, author, note, cause, repair, checksum FROM feedback"

    init(numbers: ClosedRange<Int64>, given: Timestamp, note: LabelNote) {
        (self.numbers, self.given, self.note) = (numbers, given, note)
    }

    /// Nil if the row was altered.
    init?(_ row: Row) throws {
        let (first, last) = (try row.decode(Int64.self, atIndex: 0), try row.decode(Int64.self, atIndex: 1))
        guard first <= last else { return nil }
        numbers = first...last
        given = Timestamp(milliseconds: try row.decode(atIndex: 2))
        note = LabelNote(
            author: try row.decode(atIndex: 3),
            note: try row.decode(atIndex: 4),
            cause: try row.decode(atIndex: 5),
            repair: try row.decode(atIndex: 6)
        )
        guard try checksum == row.decode(atIndex: 7) else { return nil }
    }

    func insert(into database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO feedback (first, last, given, author, note, cause, repair, checksum)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                numbers.lowerBound, numbers.upperBound, given.milliseconds,
                note.author, note.note, note.cause, note.repair, checksum,
            ]
        )
    }

    private var checksum: Int64 {
        var checksum = RowChecksum()
        checksum.add(numbers.lowerBound)
        checksum.add(numbers.upperBound)
        checksum.add(given.milliseconds)
        for (_, text) in note.texts {
            checksum.add(text == nil ? 0 : 1)
            checksum.add((text ?? "").utf8)
        }
        return checksum.value
    }
}
