extension Int {
    /// The number with what it counts, such as `1 meter` and `2 meters`.
    ///
    /// - Parameters:
    ///   - one: the word for one; words that follow it, such as a verb, may be in it.
    ///   - many: the same for any other number.
    public func counted(_ one: String, _ many: String) -> String { "\(self) \(self == 1 ? one : many)" }
}
