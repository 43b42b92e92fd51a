extension Int64 {
    /// Quotient and remainder with `0 <= remainder < divisor`, for a positive divisor: times before 1970 are
    /// negative, and Swift's own division rounds them towards zero.
    @inlinable
    public func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
