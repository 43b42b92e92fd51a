extension Network {
    /// The root of the mean squared difference of two windows of one length.
    static func rootMeanSquare(_ window: [Float], _ restored: [Float]) -> Float {
        var sum: Float = 0
        for (one, other) in zip(window, restored) { sum += (one - other) * (one - other) }
        return (sum / Float(window.count)).squareRoot()
    }
}
