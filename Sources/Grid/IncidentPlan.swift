internal import Statistics

/// The incidents of one meter, and the gaps in its readings.
struct IncidentPlan {
    /// The incidents in order of time; they neither overlap nor touch.
    private(set) var incidents: [Incident] = []
    /// Steps without a reading, in order of time.
    private(set) var gaps: [Range<Int>] = []

    /// Draws a random plan in which incidents take between 1.2 and 2.4 % of the time.
    init(profile: LoadShape, steps: Int, stepsPerHour: Double, random: inout SplitMix64) {
        var hoursLeft = Double(steps) / stepsPerHour * random.uniform(0.012...0.024)
        var taken: [Range<Int>] = []
        while hoursLeft >= 1 {
            let fitting = profile.incidents.filter { $0.hours.lowerBound * $0.visibleShare <= hoursLeft }
            guard !fitting.isEmpty else { break }
            let kind = fitting[random.index(fitting.count)]
            let longest = min(kind.hours.upperBound, hoursLeft / kind.visibleShare)
            let hours = random.uniform(kind.hours.lowerBound...max(longest, kind.hours.lowerBound))
            let strength = random.uniform(kind.strength)
            hoursLeft -= hours * kind.visibleShare
            let length = max(1, Int(hours * stepsPerHour))
            guard let free = Self.freeSteps(length, in: steps, besides: taken, &random) else { continue }
            taken.append(free)
            incidents.append(Incident(kind: kind, steps: free, strength: strength))
        }
        incidents.sort { $0.steps.lowerBound < $1.steps.lowerBound }
        drawGaps(steps, stepsPerHour, besides: taken, &random)
    }

    /// Draws gaps of 1 to 36 hours, about one in seven weeks.
    private mutating func drawGaps(
        _ steps: Int,
        _ stepsPerHour: Double,
        besides taken: [Range<Int>],
        _ random: inout SplitMix64
    ) {
        let count = Int(Double(steps) / stepsPerHour / 1_200 + random.uniform(0...1))
        for _ in 0..<count {
            let length = max(1, Int(random.uniform(1...36) * stepsPerHour))
            if let free = Self.freeSteps(length, in: steps, besides: taken + gaps, &random) {
                gaps.append(free)
            }
        }
        gaps.sort { $0.lowerBound < $1.lowerBound }
    }

    /// A random range of free steps of a given length; nil if ten attempts found none.
    private static func freeSteps(
        _ length: Int,
        in steps: Int,
        besides taken: [Range<Int>],
        _ random: inout SplitMix64
    ) -> Range<Int>? {
        guard length < steps else { return nil }
        for _ in 0..<10 {
            let start = random.index(steps - length)
            let free = start..<(start + length)
            if !taken.contains(where: { $0.overlaps((start - 1)..<(start + length + 1)) }) { return free }
        }
        return nil
    }
}
