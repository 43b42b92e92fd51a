internal import Windows

/// The streams of the meters that were heard of lately, of so many and no more.
///
/// Two halves: what is heard of goes into the younger one; when that is full, it becomes the older one, and
/// the one that was older is forgotten. So a meter is forgotten only after at least half as many others as
/// there is room for were heard of since, at the cost of one look-up; its stream is restored from the disk
/// when it is heard of again. A list in exact order of use would cost every push more than it could save.
struct LiveStreams: Sendable {
    private var younger: [String: MeterStream] = [:]
    private var older: [String: MeterStream] = [:]
    private let half: Int

    /// Room for a number of meters, at least 2.
    init(limit: Int) {
        half = max(limit / 2, 1)
    }

    var count: Int { younger.count + older.count }

    subscript(meter: String) -> MeterStream? {
        get { younger[meter] ?? older[meter] }
        // In place: the stream's storage has one owner and is not copied.
        _modify {
            rejuvenate(meter)
            yield &younger[meter]
        }
    }

    private mutating func rejuvenate(_ meter: String) {
        guard younger[meter] == nil else { return }
        let stream = older.removeValue(forKey: meter)
        if younger.count >= half {
            older = younger
            younger = [:]
        }
        younger[meter] = stream
    }
}
