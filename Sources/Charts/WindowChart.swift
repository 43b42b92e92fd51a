/// A reading's window and those of its nearest neighbours, each in its own meter's units.
package struct WindowChart {
    /// One window.
    package struct Line {
        /// Times, 0 or less, relative to the window's end, with values; nil breaks the line.
        package var points: [(Double, Double)?]
        /// Whose window it is.
        package var role: Role

        /// A window as a line.
        package init(_ points: [(Double, Double)?], _ role: Role) {
            self.points = points
            self.role = role
        }
    }

    /// Whose window it is.
    package enum Role {
        /// The reading's own.
        case own
        /// That of a normal neighbour.
        case normal
        /// That of an anomalous neighbour.
        case anomalous
    }

    /// What the chart shows.
    package var title: String
    /// The windows.
    package var lines: [Line]
    /// The length of the time axis, greater than 0, in ``unit``.
    package var length: Double
    /// The unit of time, such as `hours`.
    package var unit: String

    /// A chart of windows.
    package init(title: String, lines: [Line], length: Double, unit: String) {
        self.title = title
        self.lines = lines
        self.length = length
        self.unit = unit
    }

    /// The chart as an SVG element.
    package var svg: String {
        let values = lines.flatMap { $0.points.compactMap { $0?.1 } }.filter(\.isFinite)
        let (low, high) = (values.min() ?? 0, values.max() ?? 1)
        let margin = max((high - low) * 0.06, 1e-6)
        var drawing = Drawing(width: 470, height: 210, title: title)
        let frame = Frame(width: 470, height: 210, x: -length...0, y: low - margin...high + margin)
        frame.draw(into: &drawing, xName: "\(unit) before the reading", yName: "typical deviations")
        // The reading's own window comes last, to lie over the others.
        for role in [Role.normal, .anomalous, .own] {
            for line in lines where line.role == role {
                drawing.path(line.points.map { $0.map { frame.point($0.0, $0.1) } }, Self.style(role))
            }
        }
        let end = lines.first { $0.role == .own }?.points.last ?? nil
        if let end { drawing.rings([frame.point(end.0, end.1)], radius: 4, "mark") }
        return drawing.svg
    }

    private static func style(_ role: Role) -> String {
        switch role {
        case .own: "own"
        case .normal: "near"
        case .anomalous: "near wrong"
        }
    }
}
