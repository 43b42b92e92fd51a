import DetectionMetrics
import Foundation

/// VUS-PR of several meters as the paper defines it: partial labels for each buffer length, and a pass over
/// all readings for each threshold.
struct NaiveVolume {
    let precisionRecall: Double

    init(_ meters: [[Evaluation.Point]], buffer: Int) {
        let scores = meters.flatMap { $0.map(\.score) }.sorted(by: >)
        var thresholds = (0..<249).map { scores[Int(Double($0) * (Double(scores.count - 1) / 249))] }
        thresholds.append(scores[scores.count - 1])
        let positives = Double(meters.joined().count(where: \.isAnomalous))
        var sum = 0.0
        for length in 0...buffer {
            let labels = meters.map { Self.labels($0, length) }
            let segments = zip(meters, labels).map { Self.segments($0.0.count, $0.1) }
            var last = 0.0
            for threshold in thresholds {
                var (right, around, alarms, touched, all) = (0.0, 0.0, 0.0, 0.0, 0.0)
                for (points, (labels, segments)) in zip(meters, zip(labels, segments)) {
                    for (index, point) in points.enumerated() where point.score >= threshold {
                        alarms += 1
                        right += labels.part[index]
                        if !point.isAnomalous { around += labels.part[index] }
                    }
                    all += Double(segments.count)
                    touched += Double(segments.count { $0.contains { points[$0].score >= threshold } })
                }
                let wanted = (positives + positives + around) / 2
                let recall = min(right / wanted, 1) * touched / all
                sum += (recall - last) * right / alarms
                last = recall
            }
        }
        precisionRecall = sum / Double(buffer + 1)
    }

    /// How anomalous each reading counts, 0…1, and the incidents with half a buffer on either side.
    private static func labels(
        _ points: [Evaluation.Point],
        _ length: Int
    ) -> (part: [Double], buffered: [ClosedRange<Int>]) {
        var part = points.map { $0.isAnomalous ? 1.0 : 0 }
        var buffered: [ClosedRange<Int>] = []
        var start: Int?
        for index in 0...points.count {
            let isAnomalous = index < points.count && points[index].isAnomalous
            if isAnomalous, start == nil { start = index }
            guard !isAnomalous, let begun = start else { continue }
            let end = index - 1
            for other in points.indices {
                let distance = other < begun ? begun - other : other > end ? other - end : 0
                if distance > 0, distance <= length / 2 {
                    part[other] += (1 - Double(distance) / Double(length)).squareRoot()
                }
            }
            buffered.append(begun - length / 2...end + length / 2)
            start = nil
        }
        return (part.map { min($0, 1) }, buffered)
    }

    /// Merges incidents whose buffers meet.
    private static func segments(
        _ count: Int,
        _ labels: (part: [Double], buffered: [ClosedRange<Int>])
    ) -> [ClosedRange<Int>] {
        var merged: [ClosedRange<Int>] = []
        for range in labels.buffered {
            if let last = merged.last, last.upperBound >= range.lowerBound {
                merged[merged.count - 1] = last.lowerBound...range.upperBound
            } else {
                merged.append(range)
            }
        }
        return merged.map { max($0.lowerBound, 0)...min($0.upperBound, count - 1) }
    }
}
