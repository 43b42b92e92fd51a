internal import Foundation

/// One meter's score over time, incidents shaded.
package struct TimelineChart {
    /// A stretch of time that was anomalous, as shares of the whole.
    package typealias Stretch = (span: ClosedRange<Double>, found: Bool)

    package var title: String
    /// The highest score of each column, from left to right; nil where there was no reading.
    package var columns: [Double?]
    package var incidents: [Stretch]
    /// Places of alarms outside incidents, as shares of the whole.
    package var falseAlarms: [Double]
    /// Scores above it are alarms.
    package var threshold: Double
    /// Times along it, as shares of the whole.
    package var ticks: [(place: Double, label: String)]

    /// More columns than this no eye tells apart.
    package static let columnLimit = 460

    package init(
        title: String,
        columns: [Double?],
        incidents: [Stretch],
        falseAlarms: [Double],
        threshold: Double,
        ticks: [(place: Double, label: String)]
    ) {
        self.title = title
        self.columns = columns
        self.incidents = incidents
        self.falseAlarms = falseAlarms
        self.threshold = threshold
        self.ticks = ticks
    }

    package var svg: String {
        let (width, height) = (960.0, 116.0)
        var drawing = Drawing(width: width, height: height, title: "Scores of \(title)")
        let x = Scale(0, 1, from: 40, to: width - 10)
        let top = columns.compactMap(\.self).max() ?? 1
        let y = Scale(
            0.05,
            max(top, threshold) * 1.5,
            logarithmic: true,
            from: height - 22,
            to: 18
        )
        drawing.text(title, at: (40, 11), style: "said strong")
        for incident in incidents {
            let from = x.place(incident.span.lowerBound)
            // A single reading must still be seen.
            let size = max(x.place(incident.span.upperBound) - from, 1.5)
            let style = incident.found ? "incident" : "missed"
            drawing.box((from, y.end), (size, y.start - y.end), style)
        }
        for tick in ticks {
            let place = x.place(tick.place)
            drawing.line((place, y.start), (place, y.start + 4), "axis")
            drawing.text(tick.label, at: (place, y.start + 15), .middle)
        }
        for value in [0.1, 1, 10, 100, 1_000, 1_000_000] where value < y.high {
            drawing.text(Markup.fixed(value, value < 1 ? 1 : 0), at: (35, y.place(value) + 3.5), .end)
        }
        drawing.line((x.start, y.place(threshold)), (x.end, y.place(threshold)), "guess")
        let last = Double(max(columns.count - 1, 1))
        drawing.path(
            columns.enumerated().map { index, score in
                score.map { (x.place(Double(index) / last), y.place($0)) }
            },
            "score"
        )
        let marks = falseAlarms.map { (x.place($0), y.end - 3) }
        drawing.dots(marks, "dot small", colour: "#b2182b")
        drawing.line((x.start, y.start), (x.end, y.start), "axis")
        return drawing.svg
    }
}
