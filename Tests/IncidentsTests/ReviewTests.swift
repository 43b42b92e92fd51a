import Incidents
import Readings
import Testing
import Verdicts

@Suite("Which incidents to label first")
struct ReviewTests {
    /// An incident whose strangest window lies on a line, a distance from the normal ones at 0.
    private func incident(
        _ id: Int64,
        at place: Float?,
        alarms: Int = 1,
        of meter: Name = "m",
        label: Label? = nil
    ) -> ReviewedIncident {
        let time = Timestamp(milliseconds: id * 3_600_000)
        let run = AlarmRun(start: time, latest: time, alarms: alarms, peak: time, peakScore: 2, kind: "novel")
        return ReviewedIncident(
            Incident(id: id, meter: meter, run: run, isOpen: false),
            window: place.map { [$0, 0] },
            normalDistance: Double(place.map(\.magnitude) ?? 0),
            label: label
        )
    }

    private func numbers(_ review: Review) -> [[Int64]] { review.groups.map { $0.all.map(\.id) } }

    @Test("The one that settles the most alarms comes first, with those it settles")
    func order() {
        let review = Review(
            of: [
                incident(1, at: -5), incident(2, at: 10, alarms: 2), incident(3, at: 14, of: "n"),
                incident(4, at: 18, alarms: 4), incident(5, at: -5.5, alarms: 9),
            ]
        )
        // 3 is near to 2 and to 4, which are not near to each other.
        #expect(numbers(review) == [[1, 5], [3, 2, 4]])
        #expect(review.groups.map(\.alarms) == [10, 7] && review.groups.map(\.meters) == [1, 2])
        #expect(review.groupCount == 2 && review.unlabelled == 5 && review.looked == 5)
        let first = Review(of: [incident(1, at: 1), incident(2, at: -1, alarms: 2)], limit: 1)
        #expect(numbers(first) == [[2]] && first.groupCount == 2)
    }

    @Test("Those are alike that are less than half as far from each other as either from the normal windows")
    func reach() {
        #expect(numbers(Review(of: [incident(1, at: 8), incident(2, at: 5.5)])) == [[1, 2]])
        #expect(numbers(Review(of: [incident(1, at: 8), incident(2, at: 5.25)])) == [[1], [2]])
    }

    @Test("Those with a label are out, and with them those that they settle")
    func labelled() {
        let others = [incident(2, at: 5.5), incident(3, at: 6, of: "n"), incident(4, at: -5)]
        let anomalous = Review(of: [incident(1, at: 5, label: .anomalous(kind: "sag"))] + others)
        #expect(numbers(anomalous) == [[4]])
        #expect(anomalous.labelled == 1 && anomalous.settled == 2 && anomalous.unlabelled == 1)
        // What is normal of a meter says nothing of another one.
        let normal = Review(of: [incident(1, at: 5, label: .normal)] + others)
        #expect(numbers(normal) == [[3], [4]] && normal.settled == 1)
    }

    @Test("One whose window is not held is alone")
    func unknown() {
        let review = Review(of: [incident(1, at: nil), incident(2, at: nil, alarms: 3), incident(3, at: 1)])
        #expect(numbers(review) == [[2], [1], [3]])
        #expect(Review(of: []).groups.isEmpty)
    }
}
