internal import Foundation

/// One meter's score over time, with its incidents shaded.
package struct TimelineChart {
    /// An incident as shares of the whole time, and whether it was detected.
    package typealias Stretch = (span: ClosedRange<Double>, found: Bool)

    /// The meter's name.
    package var title: String
    /// The highest score of each column, from left to right; nil where there was no reading.
    package var columns: [Double?]
    /// The incidents.
    package var incidents: [Stretch]
    /// The times of alarms outside incidents, as shares of the whole time.
    package var falseAlarms: [Double]
    /// Scores above it are alarms.
    package var threshold: Double
    /// Labelled times, as shares of the whole time.
    package var ticks: [(place: Double, label: String)]

    /// The most columns that can be told apart.
    package static let columnLimit = 460

    /// A chart of one meter's scores.
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

    /// The chart as an SVG element.
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
            let from = x.pixel(incident.span.lowerBound)
            // An incident of a single reading must be visible.
            let size = max(x.pixel(incident.span.upperBound) - from, 1.5)
            let style = incident.found ? "incident" : "missed"
            drawing.box((from, y.end), (size, y.start - y.end), style)
        }
        for tick in ticks {
            let position = x.pixel(tick.place)
            drawing.line((position, y.start), (position, y.start + 4), "axis")
            drawing.text(tick.label, at: (position, y.start + 15), .middle)
        }
        for value in [0.1, 1, 10, 100, 1_000, 1_000_000] where value < y.high {
            drawing.text(Markup.fixed(value, value < 1 ? 1 : 0), at: (35, y.pixel(value) + 3.5), .end)
        }
        drawing.line((x.start, y.pixel(threshold)), (x.end, y.pixel(threshold)), "guess")
        let last = Double(max(columns.count - 1, 1))
        drawing.path(
            columns.enumerated().map { index, score in
                score.map { (x.pixel(Double(index) / last), y.pixel($0)) }
            },
            "score"
        )
        let marks = falseAlarms.map { (x.pixel($0), y.end - 3) }
        drawing.dots(marks, "dot small", colour: "#b2182b")
        drawing.line((x.start, y.start), (x.end, y.start), "axis")
        return drawing.svg
    }
}
