/// How far the training of a network has come: what a trainer says after each epoch, a line of JSON each.
package struct TrainingProgress: Codable, Equatable, Sendable {
    /// Epochs done.
    package let epoch: Int
    /// Epochs there are at most.
    package let epochs: Int
    /// The mean loss of the rows learnt from.
    package let loss: Double
    /// The mean squared error of the later rows.
    package let later: Double

    /// What there is to say after an epoch.
    package init(epoch: Int, epochs: Int, loss: Double, later: Double) {
        self.epoch = epoch
        self.epochs = epochs
        self.loss = loss
        self.later = later
    }
}
