internal import Text

/// A time zone written as a word, such as `CET`.
package enum ZoneWord {
    /// A word of one meaning: milliseconds east of Greenwich.
    case offset(Int64)
    /// A word that means different zones to different people, such as `IST`.
    case ambiguous

    /// Looks a word up, whatever its case; nil if it names no zone.
    package init?(_ word: Span<UInt8>) {
        guard (1...5).contains(word.count) else { return nil }
        let folded = word.folded
        if let minutes = Self.minutes[folded] {
            self = .offset(minutes * 60_000)
        } else if Self.several.contains(folded) {
            self = .ambiguous
        } else {
            return nil
        }
    }

    /// Minutes east of Greenwich. Those of North America are as in RFC 822 (1982), but for CST and CDT.
    private static let minutes: [String: Int64] = [
        "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "west": 60, "cet": 60, "cest": 120, "mez": 60,
        "mesz": 120, "met": 60, "mest": 120, "eet": 120, "eest": 180, "msk": 180, "trt": 180, "sast": 120,
        "pkt": 300, "wib": 420, "hkt": 480, "sgt": 480, "awst": 480, "jst": 540, "kst": 540, "acst": 570,
        "acdt": 630, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780, "est": -300, "edt": -240,
        "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "akst": -540, "akdt": -480, "hst": -600,
        "brt": -180, "art": -180, "clt": -240, "clst": -180,
    ]

    /// Of China, Cuba and Chicago; of India, Ireland and Israel; of Britain and Bangladesh; …; the summer
    /// time of wherever the meter is.
    private static let several: Set<String> = [
        "cst", "cdt", "ist", "bst", "ast", "adt", "gst", "sst", "ect", "wst", "amt",
        "dst",
    ]
}
