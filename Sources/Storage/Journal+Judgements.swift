internal import GRDB
public import Readings
public import Verdicts

extension Journal {
    /// The table of judgements. Each belongs to a pushed reading, by its number: the readings are in the
    /// order they came, so that new rows come last.
    static func makeJudgements(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE judgement (
                    reading INTEGER NOT NULL,
                    look INTEGER NOT NULL CHECK (look IN (1, 2)),
                    generation INTEGER NOT NULL,
                    verdict INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 2),
                    score REAL NOT NULL,
                    p REAL NOT NULL,
                    kind TEXT,
                    checksum INTEGER NOT NULL,
                    PRIMARY KEY (reading, look)
                ) STRICT, WITHOUT ROWID
                """
        )
    }

    /// Writes judgements of readings that the journal holds. Of others, such as those that a generation was
    /// built from, nothing is kept.
    func insert(_ judgements: [KeptJudgement], into database: Database) throws {
        let inserter = try RowInserter(
            database,
            sql: """
                INSERT OR REPLACE INTO judgement (generation, verdict, score, p, kind, checksum, look, reading)
                SELECT ?, ?, ?, ?, ?, ?, ?, sequence FROM reading WHERE meter = ? AND time = ?
                """
        )
        try insertExplanations(of: judgements, into: database)
        for judgement in judgements {
            try inserter.insert { row in
                row.bind(judgement.generation)
                row.bind(judgement.verdict.number)
                row.bind(judgement.score)
                row.bind(judgement.p)
                row.bind(judgement.kind)
                row.bind(judgement.checksum)
                row.bind(judgement.look.rawValue)
                row.bind(judgement.meter)
                row.bind(judgement.time.milliseconds)
            }
        }
    }

    /// What was said of a meter's pushed readings, in the order of their times, the first look before the
    /// second.
    ///
    /// - Parameters:
    ///   - from: only readings at or after this.
    ///   - before: only readings earlier than this.
    ///   - limit: of how many readings at most.
    public func judgements(
        of meter: Name,
        from: Timestamp,
        before: Timestamp,
        limit: Int = .max
    ) throws(CatalogError) -> [KeptJudgement] {
        try reading("judgements") { database in
            guard try database.tableExists("judgement") else { return [] }
            return try judgements(of: meter, from: from, before: before, limit: limit, in: database)
        }
    }

    func judgements(
        of meter: Name,
        from: Timestamp,
        before: Timestamp,
        limit: Int,
        in database: Database
    ) throws -> [KeptJudgement] {
        try Row.fetchAll(
            database,
            sql: Self.selection(database) + """
                 WHERE judgement.reading IN (
                    SELECT sequence FROM reading
                    WHERE meter = ? AND time >= ? AND time < ?
                    AND EXISTS (SELECT 1 FROM judgement WHERE judgement.reading = sequence)
                    ORDER BY time LIMIT ?
                ) ORDER BY time, look
                """,
            arguments: [meter.text, from.milliseconds, before.milliseconds, limit]
        ).compactMap(wholeJudgement)
    }

    /// - Parameter database: where older programs have written, there are no explanations.
    private static func selection(_ database: Database) throws -> String {
        let isExplained = try database.tableExists("explanation")
        return """
            SELECT look, generation, verdict, score, p, kind, judgement.checksum, meter, time, sequence,
            \(isExplained ? "channel, sentence, explanation.checksum" : "NULL, NULL, NULL")
            FROM judgement JOIN reading ON sequence = judgement.reading
            \(isExplained ? "LEFT JOIN explanation ON look = 1 AND explanation.reading = sequence" : "")
            """
    }

    /// Reads all judgements, and notes those that were altered.
    func checkJudgements(_ database: Database) throws {
        guard try database.tableExists("judgement") else { return }
        let rows = try Row.fetchCursor(database, sql: Self.selection(database))
        while let row = try rows.next() { _ = try wholeJudgement(row) }
    }

    /// The judgement of a row; nil if the row was altered, which is noted.
    private func wholeJudgement(_ row: Row) throws -> KeptJudgement? {
        let kind = try row.decode(String?.self, atIndex: 5)
        let look = KeptJudgement.Look(rawValue: try row.decode(atIndex: 0))
        let verdict = Verdict(number: try row.decode(atIndex: 2))
        if let look, let verdict {
            let judgement = KeptJudgement(
                meter: Name(try row.decode(atIndex: 7)),
                time: Timestamp(milliseconds: try row.decode(atIndex: 8)),
                look: look,
                generation: try row.decode(atIndex: 1),
                verdict: verdict,
                score: try row.decode(atIndex: 3),
                p: try row.decode(atIndex: 4),
                kind: kind.map { Name($0) },
                explanation: try wholeExplanation(row, at: 10, of: row.decode(atIndex: 9))
            )
            if try judgement.checksum == row.decode(atIndex: 6) { return judgement }
        }
        let reading = "reading \(try row.decode(Int64.self, atIndex: 9))"
        // Where the reading was altered, its judgement does not fit it.
        if !alteredRows.contains(reading) { noteAltered("judgement of \(reading)") }
        return nil
    }
}

extension Verdict {
    /// Its number in the journal.
    fileprivate var number: Int {
        switch self {
        case .normal: 0
        case .anomalous: 1
        case .novel: 2
        }
    }

    init?(number: Int) {
        guard let verdict = Self.allCases.first(where: { $0.number == number }) else { return nil }
        self = verdict
    }
}

extension KeptJudgement {
    fileprivate var checksum: Int64 {
        var checksum = RowChecksum()
        checksum.add(meter.text.utf8)
        checksum.add(time.milliseconds)
        checksum.add(Int64(look.rawValue))
        checksum.add(Int64(generation))
        checksum.add(Int64(verdict.number))
        checksum.add(Int64(bitPattern: score.bitPattern))
        checksum.add(Int64(bitPattern: p.bitPattern))
        checksum.add(kind == nil ? 0 : 1)
        checksum.add((kind?.text ?? "").utf8)
        return checksum.value
    }
}
