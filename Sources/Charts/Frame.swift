/// The axes of a chart, with their ticks and names.
package struct Frame {
    /// The horizontal scale.
    package let x: Scale
    /// The vertical scale.
    package let y: Scale

    /// The space around the axes, in pixels.
    static let left = 48.0
    static let right = 14.0
    static let top = 14.0
    static let bottom = 38.0

    /// Axes for two ranges of values, in a drawing of a size in pixels.
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

    /// The position of a pair of values in the drawing, in pixels.
    package func point(_ x: Double, _ y: Double) -> (Double, Double) { (self.x.pixel(x), self.y.pixel(y)) }

    /// Draws the axes with their ticks and names.
    package func draw(into drawing: inout Drawing, xName: String, yName: String) {
        for tick in x.ticks {
            let position = x.pixel(tick.value)
            drawing.line((position, y.start), (position, y.end), "grid")
            drawing.text(tick.label, at: (position, y.start + 14), .middle)
        }
        for tick in y.ticks {
            let position = y.pixel(tick.value)
            drawing.line((x.start, position), (x.end, position), "grid")
            drawing.text(tick.label, at: (x.start - 6, position + 3.5), .end)
        }
        drawing.path([(x.start, y.end), (x.start, y.start), (x.end, y.start)], "axis")
        drawing.text(xName, at: ((x.start + x.end) / 2, y.start + 31), .middle, style: "name")
        drawing.text(yName, at: (13, (y.start + y.end) / 2), .middle, style: "name", turned: true)
    }
}
