internal import Readings

/// Which reading: whose, and of when.
struct ReadingPlace: Hashable {
    let meter: String
    let time: Timestamp
}
