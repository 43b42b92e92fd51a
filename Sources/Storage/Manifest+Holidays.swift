package import Readings
package import Verdicts

extension Manifest {
    /// The holidays of an index, and what its build found out about them.
    public struct HolidaySummary: Codable, Equatable, Sendable {
        /// How many days there are.
        public var days: Int
        /// How many different names they have.
        public var names: Int
        /// The first day, ISO 8601.
        public var first: String
        /// The last day, ISO 8601.
        public var last: String
        /// The last day of which the list seems to know whether it is one.
        public var lastKnown: String
        /// How many holidays of later blocks, of all meters, were compared with other days.
        public var compared: Int
        /// The mean distance of their values from those of their own weekday, in scales of the meter; nil
        /// without any.
        public var distance: Double?
        /// The mean distance from those of Sundays.
        public var distanceAsSundays: Double?
        /// How many meters have holidays that are judged as Sundays.
        public var metersAsSundays: Int
        /// How many meters have holidays that are only named.
        public var metersNamed: Int
        /// Whether the holidays of new meters are judged as Sundays.
        public var newMetersAsSundays: Bool

        /// A summary of these figures; those that are days, as days since 1970-01-01.
        package init(
            days: Int,
            names: Int,
            first: Int64,
            last: Int64,
            lastKnown: Int64,
            compared: Int,
            distance: Double?,
            distanceAsSundays: Double?,
            metersAsSundays: Int,
            metersNamed: Int,
            newMetersAsSundays: Bool
        ) {
            self.days = days
            self.names = names
            self.first = Self.date(first)
            self.last = Self.date(last)
            self.lastKnown = Self.date(lastKnown)
            self.compared = compared
            self.distance = distance
            self.distanceAsSundays = distanceAsSundays
            self.metersAsSundays = metersAsSundays
            self.metersNamed = metersNamed
            self.newMetersAsSundays = newMetersAsSundays
        }

        private static func date(_ day: Int64) -> String {
            String(Timestamp(milliseconds: day * CivilDate.millisecondsPerDay).description.prefix(10))
        }
    }

    /// What may be said of holidays that end before the readings do; nil if they do not.
    public var holidayWarning: String? {
        guard let holidays, holidays.lastKnown < last.prefix(10) else { return nil }
        return
            "the last holiday is \(holidays.last), and the readings go on to \(last); build with --holidays of "
            + "later years"
    }
}

extension Generation {
    /// The holiday that a moment is on, as a reason; none if it is on none.
    package func holidayReasons(at time: Timestamp, on clock: LocalClock) -> [Reason] {
        holidays?.name(of: time, on: clock).map { [.holiday($0)] } ?? []
    }
}

extension HolidayCalendar {
    /// The name of the part of the catalog that has the holidays.
    package static let name = "holidays"
}
