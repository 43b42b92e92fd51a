extension Int64 {
    /// Quotient and remainder with `0 <= remainder < divisor`, for a positive divisor. Swift's own division
    /// rounds towards zero, which is wrong for times before 1970.
    @inlinable
    public func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
