/// A curve of one share over another, such as ROC or precision over recall.
package struct CurveChart {
    /// What the chart shows.
    package var title: String
    /// The name of the horizontal axis.
    package var xName: String
    /// The name of the vertical axis.
    package var yName: String
    /// The curve, from left to right.
    package var curve: [(Double, Double)]
    /// The curve of random scores; nil to draw none.
    package var guess: [(Double, Double)]?
    /// The alarm line's point on the curve, with its label.
    package var mark: (point: (Double, Double), label: String)?

    /// A chart of a curve.
    package init(
        title: String,
        xName: String,
        yName: String,
        curve: [(Double, Double)],
        guess: [(Double, Double)]? = nil,
        mark: (point: (Double, Double), label: String)? = nil
    ) {
        self.title = title
        self.xName = xName
        self.yName = yName
        self.curve = curve
        self.guess = guess
        self.mark = mark
    }

    /// The chart as an SVG element.
    package var svg: String {
        var drawing = Drawing(width: 316, height: 290, title: title)
        let frame = Frame(width: 316, height: 290, x: 0...1, y: 0...1)
        frame.draw(into: &drawing, xName: xName, yName: yName)
        if let guess { drawing.path(guess.map { frame.point($0.0, $0.1) }, "guess") }
        drawing.path(curve.map { frame.point($0.0, $0.1) }, "curve")
        if let mark {
            let point = frame.point(mark.point.0, mark.point.1)
            drawing.rings([point], radius: 4.5, "mark")
            let isRight = point.0 > 190
            drawing.text(
                mark.label,
                at: (point.0 + (isRight ? -9 : 9), point.1 + (point.1 > 230 ? -7 : 14)),
                isRight ? .end : .start,
                style: "said"
            )
        }
        return drawing.svg
    }
}
