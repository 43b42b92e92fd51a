import Charts
import Testing

@Suite struct ScaleTests {
    @Test func linearScale() {
        let scale = Scale(0, 10, from: 100, to: 200)
        #expect(scale.pixel(0) == 100 && scale.pixel(5) == 150 && scale.pixel(10) == 200)
        #expect(scale.pixel(-5) == 100 && scale.pixel(50) == 200)
        let downwards = Scale(0, 1, from: 300, to: 0)
        #expect(downwards.pixel(0.25) == 225)
    }

    @Test func logarithmicScale() {
        let scale = Scale(0.01, 1, logarithmic: true, from: 0, to: 100)
        #expect(abs(scale.pixel(0.1) - 50) < 1e-9 && scale.pixel(0) == 0)
        #expect(scale.ticks.map(\.label) == ["0.01", "0.1", "1"])
    }

    @Test(arguments: [(0.0, 1.0), (-3, 7), (0, 1e-6), (-1e5, 1e5), (5, 5), (2.2, 2.3)])
    func ticksAreFewAndInside(low: Double, high: Double) {
        let scale = Scale(low, high, from: 0, to: 100)
        let ticks = scale.ticks
        #expect((1...12).contains(ticks.count))
        let slack = (scale.high - scale.low) * 1e-6
        #expect(ticks.allSatisfy { $0.value >= scale.low - slack && $0.value <= scale.high + slack })
        #expect(Set(ticks.map(\.label)).count == ticks.count)
    }
}
