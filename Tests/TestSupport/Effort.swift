internal import Foundation

/// How many cases the tests try that try many.
public enum Effort {
    /// The value of `GRIDKIN_EFFORT`, which `Tests/Torture/run` sets; otherwise `quick`.
    public static func count(quick: Int) -> Int { asked ?? quick }

    /// The value of `GRIDKIN_EFFORT`; nil if it is not set.
    public static let asked = number("GRIDKIN_EFFORT")

    /// The first case to try, 0 by default. `GRIDKIN_EFFORT_FROM` sets it, to continue an interrupted run.
    public static let first = number("GRIDKIN_EFFORT_FROM") ?? 0

    /// After this many seconds a part of a long run ends; nil if `GRIDKIN_EFFORT_SECONDS` is not set.
    public static let seconds = number("GRIDKIN_EFFORT_SECONDS")

    private static func number(_ variable: String) -> Int? {
        ProcessInfo.processInfo.environment[variable].flatMap { Int($0) }
    }
}
