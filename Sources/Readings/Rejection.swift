/// Why a row was left out. The associated values are what rows of one file have in common, so that equal
/// rejections can be counted; what stood in the row is in the row.
package enum Rejection: Hashable, Sendable {
    case wrongFieldCount(found: Int, expected: Int)
    case noTime
    case badTime
    case noMeter
    case badMeter
    case notANumber(column: String)
    case infinite(column: String)
    case tooLarge(column: String)
    case strayQuote
    case unclosedQuote
    case lineTooLong

    /// The reason as it stands in the rejects file.
    package var reason: String {
        switch self {
        case .wrongFieldCount(let found, let expected): "\(found) fields where the header has \(expected)"
        case .noTime: "no timestamp"
        case .badTime: "not a timestamp of the years 1970 to 2200"
        case .noMeter: "no meter"
        case .badMeter: "meter is not plain UTF-8 text"
        case .notANumber(let column): "\(column) is not a number"
        case .infinite(let column): "\(column) is infinite"
        case .tooLarge(let column): "\(column) is beyond 1e15"
        case .strayQuote: "a quote inside a field"
        case .unclosedQuote: "a quote that is never closed"
        case .lineTooLong: "line longer than 1 MiB"
        }
    }
}
