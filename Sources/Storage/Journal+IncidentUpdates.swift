internal import GRDB
internal import Incidents
internal import Readings
internal import Synchronization
internal import Verdicts

extension Journal {
    /// Whether each meter that has incidents has an open one. Of other meters, only alarms are looked at.
    typealias MetersWithIncidents = [Name: Bool]

    /// Brings the incidents up to date with judgements that were just written, in their transaction.
    ///
    /// - Parameter quiet: a meter's quiet spell, in milliseconds.
    /// - Returns: what is other than before of ``MetersWithIncidents``.
    func updateIncidents(
        after judgements: [KeptJudgement],
        quiet: (Name) -> Int64,
        in database: Database
    ) throws -> MetersWithIncidents {
        let known = try metersWithIncidents(in: database)
        var changed: MetersWithIncidents = [:]
        // By name, so that the same judgements give the same numbers.
        for (meter, its) in Dictionary(grouping: judgements, by: \.meter).sorted(by: { $0.key < $1.key }) {
            guard known[meter] != nil || its.contains(where: \.isAlarm) else { continue }
            // A quiet reading ends an open incident, and changes no other.
            let mayMatter = known[meter] == true || its.contains { $0.isAlarm || $0.look == .second }
            guard mayMatter else { continue }
            let departures = its.compactMap { one in one.departure.map { (one.time, $0) } }
            var incidents = try MeterIncidents(
                of: meter,
                quiet: quiet(meter),
                departures: Dictionary(departures, uniquingKeysWith: { $1 }),
                self,
                database
            )
            for judgement in its.sorted(by: Self.isEarlier) { try incidents.take(judgement) }
            try incidents.finish()
            changed[meter] = incidents.open != nil
        }
        return changed
    }

    private static func isEarlier(_ left: KeptJudgement, _ right: KeptJudgement) -> Bool {
        (left.time.milliseconds, left.look.rawValue) < (right.time.milliseconds, right.look.rawValue)
    }

    private func metersWithIncidents(in database: Database) throws -> MetersWithIncidents {
        if let known = withIncidents.withLock(\.self) { return known }
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT meter, max(open) FROM incident WHERE origin = 0 GROUP BY meter"
        )
        let known = try MetersWithIncidents(
            rows.map { (Name(try $0.decode(atIndex: 0)), try $0.decode(atIndex: 1)) },
            uniquingKeysWith: { $1 }
        )
        withIncidents.withLock { $0 = known }
        return known
    }

    /// The verdict of the first look at a pushed reading; nil if none is kept.
    func firstVerdict(
        of meter: Name,
        at time: Timestamp,
        in database: Database
    ) throws -> Verdict? {
        let number = try Int.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT verdict FROM judgement WHERE look = 1
                    AND reading = (SELECT sequence FROM reading WHERE meter = ? AND time = ?)
                    """
            ),
            arguments: [meter.text, time.milliseconds]
        )
        return number.flatMap { Verdict(number: $0) }
    }

    /// The time of the newest reading of a meter of which a judgement is kept.
    func newestJudged(of meter: Name, in database: Database) throws -> Timestamp? {
        try Int64.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT time FROM reading WHERE meter = ?
                    AND EXISTS (SELECT 1 FROM judgement WHERE reading = sequence)
                    ORDER BY time DESC LIMIT 1
                    """
            ),
            arguments: [meter.text]
        ).map(Timestamp.init(milliseconds:))
    }
}
