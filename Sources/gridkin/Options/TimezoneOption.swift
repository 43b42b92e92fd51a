import ArgumentParser
import Readings

/// The zone of times that are written without an offset, and of the meters' days.
struct TimezoneOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The time zone of times without an offset, such as Europe/Rome; its days and weeks, with summer time, "
                + "are the meters'. (default: the index's, or else UTC)",
            valueName: "zone"
        ),
        transform: Self.clock
    )
    var timezone: LocalClock?

    private static func clock(_ name: String) throws -> LocalClock {
        if let clock = LocalClock(identifier: name) { return clock }
        throw ValidationError(
            "`\(name)` \(LocalClock.refusal(ofName: name)) A clock without summer time is Etc/GMT-1 where it is "
                + "one hour ahead of UTC"
        )
    }
}

extension WrittenStamp {
    /// A time on the command line: one that has one meaning alone. A file's other rows show how its dates are
    /// meant; here is only one.
    static func written(_ text: String) throws -> WrittenStamp {
        guard let stamp = WrittenStamp(text) else {
            throw ValidationError("`\(text)` \(Timestamp.refusal(of: text)), 2024-01-31 or 1706709600")
        }
        return stamp
    }

    /// The moment that an option means.
    ///
    /// - Parameters:
    ///   - option: its name, for the error.
    ///   - clock: the clock of times without an offset.
    func moment(of option: String, on clock: LocalClock) throws -> Timestamp {
        do { return try clock.moment(of: self) } catch { throw ValidationError("\(option) \(self) \(error)") }
    }
}
