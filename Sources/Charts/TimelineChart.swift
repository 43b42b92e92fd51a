internal import Foundation

/// One meter's score over time, with its incidents shaded.
package struct TimelineChart {
    /// An incident, and whether it was detected. The span is in shares of the chart's time, 0…1.
    package typealias Incident = (span: ClosedRange<Double>, found: Bool)

    /// The meter's name.
    package var title: String
    /// The highest score of each column, from left to right; nil without a reading.
    package var columns: [Double?]
    /// The incidents.
    package var incidents: [Incident]
    /// The times of alarms outside incidents, in shares of the chart's time.
    package var falseAlarms: [Double]
    /// The alarm line: higher scores are alarms.
    package var threshold: Double
    /// Labelled times, in shares of the chart's time.
    package var ticks: [(position: Double, label: String)]

    /// The most columns that fit into the chart's width at two pixels each.
    package static let columnLimit = 460

    /// A chart of one meter's scores.
    package init(
        title: String,
        columns: [Double?],
        incidents: [Incident],
        falseAlarms: [Double],
        threshold: Double,
        ticks: [(position: Double, label: String)]
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
            // Keeps an incident of a single reading visible.
            let size = max(x.pixel(incident.span.upperBound) - from, 1.5)
            let style = incident.found ? "incident" : "missed"
            drawing.box((from, y.end), (size, y.start - y.end), style)
        }
        for tick in ticks {
            let pixel = x.pixel(tick.position)
            drawing.line((pixel, y.start), (pixel, y.start + 4), "axis")
            drawing.text(tick.label, at: (pixel, y.start + 15), .middle)
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
