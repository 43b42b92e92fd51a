package import Detection
package import Readings
package import Storage
package import Windows

extension LiveIndex {
    /// Everything a judgement needs, taken in one go; what happens afterwards does not touch it.
    package struct Question: Sendable {
        package let meter: String
        package let time: Timestamp
        /// The window's features, and its raw slots where the encoder reads them; nil while warming.
        package let features: [Float]?
        /// How many readings are still needed; 0 once there are features.
        package let missing: Int
        /// The time of the meter's reading before this one; nil where there is none.
        package let previous: Timestamp?
        package let generation: Generation
        package let labelled: LabelOverlay
        /// The second looks that the reading has made due.
        package let due: [MaturedWindow]
        /// The labels as the second look sees them.
        package let secondLookLabels: LabelOverlay

        /// Asks about the window a stream has come to.
        package init(
            _ meter: String,
            _ time: Timestamp,
            _ stream: MeterStream,
            _ generation: Generation,
            _ labelled: LabelOverlay,
            _ secondLookLabels: LabelOverlay = LabelOverlay(),
            due: [MaturedWindow] = []
        ) {
            self.meter = meter
            self.time = time
            previous = stream.previousTime
            switch stream.readiness {
            case .ready:
                features = stream.features()
                missing = 0
            case .warming(let missing):
                features = nil
                self.missing = missing
            }
            self.generation = generation
            self.labelled = labelled
            self.secondLookLabels = secondLookLabels
            self.due = due
        }
    }
}
