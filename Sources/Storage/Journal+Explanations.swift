internal import GRDB
internal import Incidents
internal import Readings
internal import Verdicts

extension Journal {
    /// The table of why pushed readings were alarms, as the first look said it. It stays where a second look
    /// says otherwise of the reading.
    static func makeExplanations(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE explanation (
                    reading INTEGER PRIMARY KEY,
                    channel TEXT,
                    sentence TEXT NOT NULL,
                    checksum INTEGER NOT NULL
                ) STRICT
                """
        )
    }

    /// Writes why readings were alarms, beside their judgements.
    func insertExplanations(of judgements: [KeptJudgement], into database: Database) throws {
        for judgement in judgements {
            guard let explanation = judgement.explanation else { continue }
            let number = try Int64.fetchOne(
                database.cachedStatement(sql: "SELECT sequence FROM reading WHERE meter = ? AND time = ?"),
                arguments: [judgement.meter.text, judgement.time.milliseconds]
            )
            guard let number else { continue }
            try database.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO explanation (reading, channel, sentence, checksum)
                    VALUES (?, ?, ?, ?)
                    """
            ).execute(
                arguments: [
                    number, explanation.channel?.text, explanation.sentence, explanation.checksum(of: number),
                ]
            )
        }
    }

    /// The explanation in a row; nil if there is none, and if it was altered, which is noted.
    ///
    /// - Parameter first: the position of the channel, which the sentence and the checksum follow.
    func wholeExplanation(_ row: Row, at first: Int, of reading: Int64) throws -> Explanation.Summary? {
        guard let sentence = try row.decode(String?.self, atIndex: first + 1) else { return nil }
        let explanation = Explanation.Summary(
            channel: try row.decode(String?.self, atIndex: first).map { Name($0) },
            sentence: sentence
        )
        if try explanation.checksum(of: reading) == row.decode(atIndex: first + 2) { return explanation }
        noteAltered("explanation of reading \(reading)")
        return nil
    }

    /// An incident with why its strangest reading was an alarm.
    func explained(_ incident: Incident, in database: Database) throws -> Incident {
        guard incident.origin == .alarms, try database.tableExists("explanation") else { return incident }
        var incident = incident
        let row = try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT channel, sentence, explanation.checksum, sequence FROM explanation
                    JOIN reading ON sequence = explanation.reading WHERE meter = ? AND time = ?
                    """
            ),
            arguments: [incident.meter.text, incident.run.peak.milliseconds]
        )
        incident.why = try row.flatMap { try wholeExplanation($0, at: 0, of: $0.decode(atIndex: 3)) }
        return incident
    }
}

extension Explanation.Summary {
    fileprivate func checksum(of reading: Int64) -> Int64 {
        var checksum = RowChecksum()
        checksum.add(reading)
        checksum.add(channel == nil ? 0 : 1)
        checksum.add((channel?.text ?? "").utf8)
        checksum.add(sentence.utf8)
        return checksum.value
    }
}
