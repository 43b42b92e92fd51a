internal import Foundation
internal import Statistics

/// VUS-PR: the volume under the surface of precision over recall over buffer length (Paparrizos et al. 2022,
/// "Volume Under the Surface: A New Accuracy Evaluation Measure for Time-Series Anomaly Detection"). TSB-AD
/// ranks detectors by this figure.
///
/// Labels are rarely exact to the reading. So for each buffer length ℓ from 0 to the longest, readings up to
/// ℓ/2 before and after an incident count as partly anomalous, less with distance. Recall is multiplied by
/// the share of incidents that any alarm touches. VUS-PR is the mean, over all lengths, of the area under the
/// curve of 250 thresholds.
///
/// TSB-AD goes through all readings for each threshold and length. Here each reading is assigned once to its
/// step, the highest threshold at which it is an alarm, and only readings near incidents are visited.
///
/// Several meters are pooled: thresholds, counts and incidents are those of all meters, but a buffer never
/// extends into another meter.
struct VolumeUnderSurface {
    /// The longest buffer, in readings; half of it lies on either side of an incident.
    let buffer: Int
    private static let thresholds = 250

    private struct Meter {
        /// For each reading, the index of the highest threshold at which it is an alarm; thresholds descend.
        let steps: [Int]
        let anomalous: [Bool]
        let incidents: [Range<Int>]
    }

    /// The gains at each step, for one buffer length.
    private struct Gains {
        var inside = [Double](repeating: 0, count: thresholds)
        var around = [Double](repeating: 0, count: thresholds)
        var touched = [Double](repeating: 0, count: thresholds)
        var segments = 0.0
    }

    /// VUS-PR of some meters' readings, each meter's in time order.
    ///
    /// - Returns: nil unless both classes occur.
    func precisionRecall(_ meters: [[Evaluation.Point]]) -> Double? {
        let scores = meters.flatMap { $0.map(\.score) }.sorted(by: >)
        let positives = meters.reduce(0) { $0 + $1.count(where: \.isAnomalous) }
        guard positives > 0, positives < scores.count else { return nil }
        let spacing = Double(scores.count - 1) / Double(Self.thresholds - 1)
        // The last threshold is exactly the lowest score, however the product rounds.
        let ranks = (0..<Self.thresholds - 1).map { Int(Double($0) * spacing) } + [scores.count - 1]
        let thresholds = ranks.map { scores[$0] }
        let alarms = thresholds.map { threshold in Double(scores.partitionPoint { $0 < threshold }) }
        let prepared = meters.map { points in
            Meter(
                steps: points.map { point in thresholds.partitionPoint { $0 <= point.score } },
                anomalous: points.map(\.isAnomalous),
                incidents: MeterRuns.runs(points.count) { points[$0].isAnomalous }
            )
        }
        let areas = (0...buffer).map { length in
            var gains = Gains()
            for meter in prepared where !meter.incidents.isEmpty {
                Self.collect(meter, length, into: &gains)
            }
            return Self.area(gains, positives: Double(positives), alarms: alarms)
        }
        return areas.reduce(0, +) / Double(areas.count)
    }

    /// Adds the gains of a meter's incidents and their buffers.
    private static func collect(_ meter: Meter, _ length: Int, into gains: inout Gains) {
        let half = length / 2
        var first = 0
        while first < meter.incidents.count {
            var last = first
            // Incidents whose buffers meet form one segment.
            while last + 1 < meter.incidents.count,
                meter.incidents[last].upperBound - 1 + half >= meter.incidents[last + 1].lowerBound - half
            {
                last += 1
            }
            let start = max(meter.incidents[first].lowerBound - half, 0)
            let end = min(meter.incidents[last].upperBound + half, meter.steps.count)
            let weights = Self.weights(of: meter.incidents[first...last], length, in: start..<end)
            var earliest = Int.max
            for index in start..<end {
                let step = meter.steps[index]
                earliest = min(earliest, step)
                if meter.anomalous[index] {
                    gains.inside[step] += 1
                } else {
                    gains.around[step] += min(weights[index - start], 1)
                }
            }
            gains.touched[earliest] += 1
            gains.segments += 1
            first = last + 1
        }
    }

    /// How anomalous the buffers of some incidents make each reading of a segment; the sum may exceed 1.
    private static func weights(
        of incidents: ArraySlice<Range<Int>>,
        _ length: Int,
        in segment: Range<Int>
    ) -> [Double] {
        let half = length / 2
        var weights = [Double](repeating: 0, count: segment.count)
        for incident in incidents where half > 0 {
            for distance in 1...half {
                let weight = (1 - Double(distance) / Double(length)).squareRoot()
                let before = incident.lowerBound - distance
                let after = incident.upperBound - 1 + distance
                if before >= segment.lowerBound { weights[before - segment.lowerBound] += weight }
                if after < segment.upperBound { weights[after - segment.lowerBound] += weight }
            }
        }
        return weights
    }

    /// The area under precision over recall, from the highest threshold on.
    private static func area(_ gains: Gains, positives: Double, alarms: [Double]) -> Double {
        var inside = 0.0
        var around = 0.0
        var touched = 0.0
        var lastRecall = 0.0
        var area = 0.0
        for step in 0..<thresholds {
            inside += gains.inside[step]
            around += gains.around[step]
            touched += gains.touched[step]
            let right = inside + around
            // As in the paper, half of the alarmed part of the buffers counts as positive.
            let recall = min(right / (positives + around / 2), 1) * touched / gains.segments
            area += (recall - lastRecall) * right / alarms[step]
            lastRecall = recall
        }
        return area
    }
}
