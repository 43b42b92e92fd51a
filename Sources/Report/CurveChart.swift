/// A curve over two shares, such as ROC or precision over recall.
package struct CurveChart {
    package var title: String
    package var xName: String
    package var yName: String
    /// The curve, from left to right.
    package var curve: [(Double, Double)]
    /// What guessing would give, from end to end; nil for none.
    package var guess: [(Double, Double)]?
    /// Where the alarm line lies on the curve.
    package var mark: (point: (Double, Double), label: String)?

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

    package var svg: String {
        var drawing = Drawing(width: 316, height: 290, title: title)
        let frame = Frame(width: 316, height: 290, x: 0...1, y: 0...1)
        frame.draw(into: &drawing, xName: xName, yName: yName)
        if let guess { drawing.path(guess.map { frame.point($0.0, $0.1) }, "guess") }
        drawing.path(curve.map { frame.point($0.0, $0.1) }, "curve")
        if let mark {
            let place = frame.point(mark.point.0, mark.point.1)
            drawing.rings([place], radius: 4.5, "mark")
            let isRight = place.0 > 190
            drawing.text(
                mark.label,
                at: (place.0 + (isRight ? -9 : 9), place.1 + (place.1 > 230 ? -7 : 14)),
                isRight ? .end : .start,
                style: "said"
            )
        }
        return drawing.svg
    }
}
