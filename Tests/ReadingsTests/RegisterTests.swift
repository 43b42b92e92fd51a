import Readings
import Statistics
import Testing

@Suite("Registers")
struct RegisterTests {
    private static let hour: Int64 = 3_600_000

    private static func time(_ hours: Double) -> Timestamp {
        Timestamp(milliseconds: Int64(hours * Double(hour)))
    }

    /// What a register that shows these values, an hour apart, makes of them.
    private static func steps(
        _ values: [Double],
        usual: Double? = 2,
        at hours: [Double]? = nil
    ) -> [(difference: Double, step: Register.Step)] {
        var register = Register()
        let limits = RegisterLimits(interval: hour, usual: usual)
        return values.enumerated().map { index, value in
            register.read(value, at: time(hours?[index] ?? Double(index)), limits)
        }
    }

    @Test(
        "The difference of two decimals is a decimal",
        arguments: [
            (12_345.3, 12_345.6, 0.3), (0.1, 0.3, 0.2), (99_999.97, 100_000.02, 0.05), (7, 7, 0),
            (1_234_567.891, 1_234_567.892, 0.001), (0.000001, 0.000003, 0.000002),
        ]
    )
    func decimals(first: Double, second: Double, difference: Double) {
        let steps = Self.steps([first, second])
        #expect(steps[1].difference == difference && steps[1].step == .difference)
    }

    @Test("A number with more decimals is subtracted as it is")
    func binary() {
        let (first, second) = (1.0 / 3, 2.0 / 3)
        #expect(Self.steps([first, second])[1].difference == second - first)
    }

    @Test("The first reading, and those after a missing one and a gap, give nothing")
    func gaps() {
        let steps = Self.steps([5, 6, .nan, 8, 9, 12, 13], at: [0, 1, 2, 3, 4, 6, 7])
        #expect(steps.map(\.step) == [.first, .difference, .missing, .gap, .difference, .gap, .difference])
        let isKnown = [false, true, false, false, true, false, true]
        #expect(steps.map(\.difference.isFinite) == isKnown)
        // Up to half an interval late is no gap.
        #expect(Self.steps([1, 2], at: [0, 1.5])[1].step == .difference)
        #expect(Self.steps([1, 2], at: [0, 1.51])[1].step == .gap)
    }

    @Test(
        "A register that falls has rolled over if that makes a usual difference, and was reset else",
        arguments: [
            (99_998.5, 0.25, 1.75), (999.5, 1, 1.5), (65_535, 1, 2), (4_294_967.0, 0.704, 1),
            (655.3, 0.1, 0.16),
            (99_998.5, 12, nil), (512, 3, nil), (99_999, 88_888, nil), (2, 1, nil), (9, -1, nil),
        ] as [(Double, Double, Double?)]
    )
    func falls(last: Double, next: Double, difference: Double?) {
        let step = Self.steps([last, next])[1]
        #expect(step.step == (difference == nil ? .fall : .rollOver))
        #expect(difference.map { abs($0 - step.difference) < 1e-9 } ?? step.difference.isNaN)
    }

    @Test("Ten times the load stays, another meter's register does not")
    func jumps() {
        let steps = Self.steps([10, 12, 32, 34, 5_034, 5_036])
        #expect(steps.map(\.step) == [.first, .difference, .difference, .difference, .jump, .difference])
        #expect(Self.steps([10, 5_034], usual: nil)[1].difference == 5_024)
    }

    @Test("A NaN that stands for a bad cell stays the one that it is")
    func badCells() {
        let odd = Double(nan: 1, signaling: false)
        #expect(Self.steps([1, odd])[1].difference.bitPattern == odd.bitPattern)
    }

    @Test("Limits are learnt from ten differences above nothing, without the largest hundredth")
    func limits() {
        #expect(RegisterLimits(interval: 1, differences: [0, 0, 1, 2, .nan]).usual == nil)
        let many = (1...1_000).map { Double($0) } + [0, .nan, -5]
        let usual = RegisterLimits(interval: 1, differences: many).usual
        #expect(usual.map { abs($0 - 990) <= 1 } == true)
    }

    @Test("A history's registers become what was used; its sum is what the register grew by")
    func history() {
        var random = SplitMix64(seed: 5)
        var history = MeterHistory(meter: "m", channelCount: 2)
        var (shown, used) = (99_990.0, [Double]())
        for index in 0..<400 {
            let load = Double(random.index(40)) / 10
            shown = ((shown + load) * 10).rounded() / 10
            if shown >= 100_000 { shown = ((shown - 100_000) * 10).rounded() / 10 }
            used.append(load)
            history.append(time: Self.time(Double(index)), values: [shown, -1])
        }
        let (registers, counts) = history.differenceRegisters([0])
        #expect(counts == [.first: 1, .difference: 398, .rollOver: 1])
        #expect((1..<400).allSatisfy { history.values(at: $0)[0] == used[$0] })
        #expect((0..<400).allSatisfy { history.values(at: $0)[1] == -1 })
        // It goes on where the history ends.
        var state = registers
        let next = state.differences(of: [((shown + 1.5) * 10).rounded() / 10, 7], at: Self.time(400))
        #expect(next == [1.5, 7])
        #expect(registers.unread.numbers == [0] && registers.newestTime == Self.time(399))
    }
}
