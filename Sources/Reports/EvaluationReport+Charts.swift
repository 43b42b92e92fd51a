internal import Charts
internal import DetectionMetrics
internal import Readings
internal import Statistics

extension EvaluationReport {
    /// The most meters whose scores are drawn over time.
    private static let meterLimit = 24

    func addCurves(to page: inout Page) {
        let all = points.sorted { $0.key < $1.key }.flatMap(\.value)
        var figures: [(svg: String, caption: String)] = []
        if evaluation.pooled.ranking != nil { figures += curves(all) }
        let rates = evaluation.reliability.compactMap { point in
            point.realised.map { realised in
                (
                    nominal: point.nominal, realised: realised,
                    interval: point.interval.map { $0.low...$0.high }
                )
            }
        }
        if !rates.isEmpty {
            figures.append(
                (
                    ReliabilityChart(rates: rates).svg,
                    "Nominal against realised false-alarm rate. Bars: the middle 95 % of draws. Dashed line: equal "
                        + "rates; points above it mean more false alarms than requested."
                )
            )
        }
        guard !figures.isEmpty else { return }
        page.heading("Curves")
        page.figures(figures)
    }

    private func curves(_ points: [Evaluation.Point]) -> [(svg: String, caption: String)] {
        let line = evaluation.pooled
        let sorted = SortedScores(points.map(\.score), anomalous: points.map(\.isAnomalous))
        let positives = Double(line.anomalous)
        let negatives = Double(line.readings - line.anomalous)
        let steps = sorted.steps(limit: 300)
        let roc = steps.map { (Double($0.wrong) / negatives, Double($0.found) / positives) }
        let recall = steps.dropFirst().map { step in
            (Double(step.found) / positives, Double(step.found) / Double(step.found + step.wrong))
        }
        let share = positives / (positives + negatives)
        let alarm = (line.falseAlarmRate ?? 0, line.recall ?? 0)
        return [
            (
                CurveChart(
                    title: "ROC curve",
                    xName: "share of normal readings with an alarm",
                    yName: "share of anomalous readings with an alarm",
                    curve: roc,
                    guess: [(0, 0), (1, 1)],
                    mark: (alarm, "alarm line")
                ).svg,
                "ROC: area \(Markup.fixed(line.ranking?.rocAUC, 3)). Dashed: random scores."
            ),
            (
                CurveChart(
                    title: "Precision over recall",
                    xName: "recall",
                    yName: "precision",
                    curve: recall,
                    guess: [(0, share), (1, share)],
                    mark: line.precision.map { ((alarm.1, $0), "alarm line") }
                ).svg,
                "Precision over recall: average precision "
                    + "\(Markup.fixed(line.ranking?.averagePrecision, 3)). Dashed: random scores."
            ),
        ]
    }

    func addTimelines(to page: inout Page) {
        let interesting = evaluation.meters.sorted { one, other in
            let (a, b) = (one.value.events, other.value.events)
            return (a.incidents + a.falseEvents, other.key) > (b.incidents + b.falseEvents, one.key)
        }.prefix(Self.meterLimit).filter { !(points[$0.key] ?? []).isEmpty }
        guard !interesting.isEmpty else { return }
        page.heading("Scores over time")
        page.paragraph(
            "The highest score of each period; above the dashed line it is an alarm. Shaded: labelled incidents, "
                + "amber if found and red if missed. Red dots: alarms outside any incident."
                + (interesting.count < evaluation.meters.count
                    ? " Shown: the \(interesting.count) of \(evaluation.meters.count) meters with the most "
                        + "incidents and false events."
                    : ""),
            style: "note"
        )
        page.figures(interesting.map { (timeline($0.key, points[$0.key] ?? []).svg, "") })
    }

    private func timeline(_ meter: Name, _ points: [Evaluation.Point]) -> TimelineChart {
        let first = points.first?.time.milliseconds ?? 0
        let span = Double(max((points.last?.time.milliseconds ?? 0) - first, 1))
        func share(_ index: Int) -> Double { Double(points[index].time.milliseconds - first) / span }
        let count = min(TimelineChart.columnLimit, points.count)
        var columns = [Double?](repeating: nil, count: count)
        for (index, point) in points.enumerated() {
            let column = min(Int(share(index) * Double(count)), count - 1)
            columns[column] = max(columns[column] ?? 0, point.score)
        }
        let runs = MeterRuns(points, threshold: evaluation.threshold)
        return TimelineChart(
            title: meter.text,
            columns: columns,
            incidents: zip(runs.incidents, runs.firstAlarms).map { incident, alarm in
                (share(incident.lowerBound)...share(incident.upperBound - 1), alarm != nil)
            },
            falseAlarms: runs.falseAlarms.map { share($0.lowerBound) }.thinned(to: 300),
            threshold: evaluation.threshold,
            ticks: Self.ticks(first, span)
        )
    }

    /// Five times along a span of milliseconds: dates, with hours if it is shorter than ten days.
    private static func ticks(_ first: Int64, _ span: Double) -> [(position: Double, label: String)] {
        (0..<5).map { index in
            let position = 0.03 + Double(index) * 0.23
            let time = Timestamp(milliseconds: first + Int64(position * span)).description
            let isShort = span < 10 * 86_400_000
            let label = isShort ? String(time.prefix(16)).replacing("T", with: " ") : String(time.prefix(10))
            return (position, label)
        }
    }
}
