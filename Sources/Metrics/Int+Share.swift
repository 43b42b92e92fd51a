extension Int {
    /// What share of so many this is; nil of none.
    func share(of whole: Int) -> Double? { whole == 0 ? nil : Double(self) / Double(whole) }
}
