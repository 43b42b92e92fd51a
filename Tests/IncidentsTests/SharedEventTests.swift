import Incidents
import Readings
import Testing
import Verdicts

@Suite("Incidents that are one event")
struct SharedEventTests {
    private func departure(_ values: [Float], generation: Int = 1) -> Departure {
        Departure(generation: generation, values: values)
    }

    private func candidate(
        _ id: Int64,
        _ values: [Float]?,
        event: Int64? = nil,
        apart: Double = 0
    ) -> SharedEvent.Candidate {
        SharedEvent.Candidate(id: id, event: event, departure: values.map { departure($0) }, apart: apart)
    }

    @Test("A departure is as like another as their directions are, whatever their sizes")
    func likeness() {
        let one = departure([3, 4])
        #expect(abs(one.likeness(to: departure([6, 8])) - 1) < 1e-12)
        #expect(abs(one.likeness(to: departure([-3, -4])) + 1) < 1e-12)
        #expect(abs(one.likeness(to: departure([4, -3]))) < 1e-12)
    }

    @Test("Nothing is said of departures of two generations, of other lengths, or without a direction")
    func unlike() {
        let one = departure([3, 4])
        #expect(one.likeness(to: departure([3, 4], generation: 2)) == 0)
        #expect(one.likeness(to: departure([3, 4, 0])) == 0)
        #expect(one.likeness(to: departure([0, 0])) == 0)
    }

    @Test("An incident joins one that is like it, by that one's number or by its event's")
    func joins() {
        let one = departure([1, 0])
        #expect(SharedEvent.event(of: one, among: [candidate(4, [1, 0.1])]) == 4)
        #expect(SharedEvent.event(of: one, among: [candidate(4, [1, 0.1], event: 2)]) == 2)
    }

    @Test("It stands alone beside those that are unlike it, or of which nothing is known")
    func alone() {
        let one = departure([1, 0])
        #expect(SharedEvent.event(of: one, among: []) == nil)
        #expect(SharedEvent.event(of: one, among: [candidate(4, [0, 1]), candidate(5, nil)]) == nil)
        #expect(SharedEvent.event(of: one, among: [candidate(4, [-1, 0])]) == nil)
    }

    @Test("Of two events at once, it joins the one that it is more like, on average over its incidents")
    func two() {
        let candidates = [
            candidate(1, [1, 0.2], event: 1), candidate(2, [1, -0.2], event: 1),
            candidate(3, [0.9, 0.9], event: 3), candidate(4, [1, 0], event: 3),
        ]
        #expect(SharedEvent.event(of: departure([1, 0]), among: candidates) == 1)
        #expect(SharedEvent.event(of: departure([1, 0.8]), among: candidates) == 3)
        // Of equally good ones, the first.
        let equal = [candidate(9, [1, 0]), candidate(7, [1, 0])]
        #expect(SharedEvent.event(of: departure([1, 0]), among: equal) == 7)
    }

    @Test("What begins later must be more alike")
    func later() {
        let one = departure([1, 0])
        let like = [candidate(1, [0.65, 0.76], apart: 0)]
        #expect(SharedEvent.event(of: one, among: like) == 1)
        let later = [candidate(1, [0.65, 0.76], apart: 1)]
        #expect(SharedEvent.event(of: one, among: later) == nil)
        #expect(SharedEvent.event(of: one, among: [candidate(1, [0.95, 0.3], apart: 2)]) == 1)
    }

    @Test("Readings between two times are counted by the quiet spell, in either direction")
    func apart() {
        let (one, other) = (Timestamp(milliseconds: 0), Timestamp(milliseconds: 7_200_000))
        #expect(SharedEvent.readings(from: one, to: other, quiet: 24 * 3_600_000) == 2)
        #expect(SharedEvent.readings(from: other, to: one, quiet: 24 * 900_000) == 8)
    }
}
