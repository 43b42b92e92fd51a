internal import Foundation
internal import Statistics

/// VUS-PR: the volume under the surface of precision over recall over buffer length (Paparrizos et al. 2022,
/// "Volume Under the Surface: A New Accuracy Evaluation Measure for Time-Series Anomaly Detection"), the figure
/// TSB-AD ranks detectors by.
///
/// For each buffer length ℓ of 0, 1 … the longest, readings up to ℓ/2 before and after an incident count as
/// anomalous in part, less with distance, since labels are rarely exact to the reading; recall is multiplied by
/// the share of incidents that any alarm touches. The mean over all lengths of the area under the curve of 250
/// thresholds. The package goes through all readings for each threshold and length; here each reading is put
/// into the step at which it joins the alarms, once, and only readings near incidents are walked.
///
/// Several meters are one pool: thresholds, counts and incidents are of all of them, buffers never reach into
/// another meter.
struct VolumeUnderSurface {
    /// The longest buffer, in readings; half of it lies on either side of an incident.
    let buffer: Int
    private static let thresholds = 250

    private struct Meter {
        /// At which threshold each reading joins the alarms, the highest threshold first.
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

    /// VUS-PR of some meters' readings, each in time order; nil without an anomalous reading, or a normal one.
    func precisionRecall(_ meters: [[Evaluation.Point]]) -> Double? {
        let scores = meters.flatMap { $0.map(\.score) }.sorted(by: >)
        let positives = meters.reduce(0) { $0 + $1.count(where: \.isAnomalous) }
        guard positives > 0, positives < scores.count else { return nil }
        let spacing = Double(scores.count - 1) / Double(Self.thresholds - 1)
        // The last is the lowest score exactly, whatever rounding makes of the product.
        let places = (0..<Self.thresholds - 1).map { Int(Double($0) * spacing) } + [scores.count - 1]
        let lines = places.map { scores[$0] }
        let alarms = lines.map { line in Double(scores.partitionPoint { $0 < line }) }
        let prepared = meters.map { points in
            Meter(
                steps: points.map { point in lines.partitionPoint { $0 <= point.score } },
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

    /// Walks the readings of a meter's incidents and around them.
    private static func collect(_ meter: Meter, _ length: Int, into gains: inout Gains) {
        let half = length / 2
        var first = 0
        while first < meter.incidents.count {
            var last = first
            // Buffers that meet make one segment of two incidents.
            while last + 1 < meter.incidents.count,
                meter.incidents[last].upperBound - 1 + half >= meter.incidents[last + 1].lowerBound - half
            {
                last += 1
            }
            let start = max(meter.incidents[first].lowerBound - half, 0)
            let end = min(meter.incidents[last].upperBound + half, meter.steps.count)
            var weights = [Double](repeating: 0, count: end - start)
            for incident in meter.incidents[first...last] where half > 0 {
                for distance in 1...half {
                    let weight = (1 - Double(distance) / Double(length)).squareRoot()
                    let before = incident.lowerBound - distance
                    let after = incident.upperBound - 1 + distance
                    if before >= start { weights[before - start] += weight }
                    if after < end { weights[after - start] += weight }
                }
            }
            var earliest = Int.max
            for place in start..<end {
                let step = meter.steps[place]
                earliest = min(earliest, step)
                if meter.anomalous[place] {
                    gains.inside[step] += 1
                } else {
                    gains.around[step] += min(weights[place - start], 1)
                }
            }
            gains.touched[earliest] += 1
            gains.segments += 1
            first = last + 1
        }
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
            // Half of the alarmed part of the buffers counts as asked for, so that recall is neither too easy
            // nor too hard.
            let recall = min(right / (positives + around / 2), 1) * touched / gains.segments
            area += (recall - lastRecall) * right / alarms[step]
            lastRecall = recall
        }
        return area
    }
}
