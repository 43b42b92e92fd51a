internal import Foundation
internal import Text

extension LocalClock {
    /// Why a name is no zone, and which one may be meant, as the end of a sentence about it.
    public static func refusal(ofName name: String) -> String {
        let meant = nearestName(to: name, among: TimeZone.knownTimeZoneIdentifiers)
        let hint = meant.map { "; did you mean \($0)?" } ?? "; write it like Europe/Rome."
        return "is no time zone of the tz database\(hint)"
    }
}
