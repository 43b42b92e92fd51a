/// A reading's window, and those of its nearest neighbours drawn over it, each in its own meter's units.
package struct WindowChart {
    /// One window.
    package struct Line {
        /// Places before the end, 0 the end itself, with values; nil breaks the line.
        package var points: [(Double, Double)?]
        package var role: Role

        package init(_ points: [(Double, Double)?], _ role: Role) {
            self.points = points
            self.role = role
        }
    }

    /// Whose window it is.
    package enum Role { case own, normal, anomalous }

    package var title: String
    package var lines: [Line]
    /// How far back it is drawn, above 0, and in what.
    package var reach: Double
    package var unit: String

    package init(title: String, lines: [Line], reach: Double, unit: String) {
        self.title = title
        self.lines = lines
        self.reach = reach
        self.unit = unit
    }

    package var svg: String {
        let values = lines.flatMap { $0.points.compactMap { $0?.1 } }.filter(\.isFinite)
        let (low, high) = (values.min() ?? 0, values.max() ?? 1)
        let margin = max((high - low) * 0.06, 1e-6)
        var drawing = Drawing(width: 470, height: 210, title: title)
        let frame = Frame(width: 470, height: 210, x: -reach...0, y: low - margin...high + margin)
        frame.draw(into: &drawing, xName: "\(unit) before the reading", yName: "usual deviations")
        // What it is compared with lies under it.
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
