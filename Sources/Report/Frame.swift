/// The axes of a chart: where its two scales lie, and their ticks and names.
package struct Frame {
    package let x: Scale
    package let y: Scale

    /// The room left around the axes.
    static let left = 48.0
    static let right = 14.0
    static let top = 14.0
    static let bottom = 38.0

    /// A frame for axes of these ends.
    package init(
        width: Double,
        height: Double,
        x: ClosedRange<Double>,
        y: ClosedRange<Double>,
        logarithmicX: Bool = false,
        logarithmicY: Bool = false
    ) {
        self.x = Scale(
            x.lowerBound,
            x.upperBound,
            logarithmic: logarithmicX,
            from: Self.left,
            to: width - Self.right
        )
        self.y = Scale(
            y.lowerBound,
            y.upperBound,
            logarithmic: logarithmicY,
            from: height - Self.bottom,
            to: Self.top
        )
    }

    package func point(_ x: Double, _ y: Double) -> (Double, Double) { (self.x.place(x), self.y.place(y)) }

    /// Draws the axes.
    package func draw(into drawing: inout Drawing, xName: String, yName: String) {
        for tick in x.ticks {
            let place = x.place(tick.value)
            drawing.line((place, y.start), (place, y.end), "grid")
            drawing.text(tick.label, at: (place, y.start + 14), .middle)
        }
        for tick in y.ticks {
            let place = y.place(tick.value)
            drawing.line((x.start, place), (x.end, place), "grid")
            drawing.text(tick.label, at: (x.start - 6, place + 3.5), .end)
        }
        drawing.path([(x.start, y.end), (x.start, y.start), (x.end, y.start)], "axis")
        drawing.text(xName, at: ((x.start + x.end) / 2, y.start + 31), .middle, style: "name")
        drawing.text(yName, at: (13, (y.start + y.end) / 2), .middle, style: "name", turned: true)
    }
}
