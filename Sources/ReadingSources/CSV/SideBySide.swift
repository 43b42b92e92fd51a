internal import Readings

extension SurveyedForm {
    /// Refuses series side by side, each with times of its own: `Time;kW;Time;kW`. A row has one time.
    ///
    /// - Parameter values: the columns of values.
    func refuseSideBySide(_ values: [Int]) throws(ReadingsError) {
        guard
            let apart = times.apart.first(where: { column in
                values.contains { $0 < column } && values.contains { $0 > column }
            }),
            let left = values.first(where: { $0 < apart }), let right = values.first(where: { $0 > apart })
        else { return }
        let names = shape.names
        throw ReadingsError(
            .rowsNotTold,
            file: file,
            line: shape.headerLine,
            column: names[apart].text,
            "two series stand side by side: `\(names[left])` has the times of `\(names[times.day])`, and `\(names[right])` "
                + "probably those of `\(names[apart])`, which are others; make a file of each, or read one of them with "
                + "--time '\(names[times.day])' --value '\(names[left])'"
        )
    }
}
