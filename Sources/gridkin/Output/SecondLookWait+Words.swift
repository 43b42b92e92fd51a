extension SecondLookWait {
    /// How long it waits, for people: what comes of what was asked.
    var words: String {
        let cut = "\(Self.mostReadings) readings (\(Waiting.words(shortest))) later"
        switch cutMeters {
        case 0: return "\(Waiting.words(asked)) later"
        case meters: return cut
        default:
            return
                "\(Waiting.words(asked)) later, and of \(cutMeters) of \(meters) meters, which report more "
                + "often, \(cut)"
        }
    }

    /// What to tell who asked for more than is done; nil where it is done.
    var warning: String? {
        guard cutMeters > 0 else { return nil }
        return "a second look waits for \(Self.mostReadings) readings of a meter at most; of the "
            + "\(Waiting.words(asked)) asked for that leaves \(Waiting.words(shortest)) where a meter reports most often"
    }
}
