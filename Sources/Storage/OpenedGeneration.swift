package import Detection
package import Verdicts

/// The generation that `CURRENT` names, or the one that is served in its place.
package struct OpenedGeneration {
    package let generation: Generation
    /// Why it is not the one that `CURRENT` names; nil where it is.
    package let refusal: IndexError?

    /// Opens the generation to be served.
    ///
    /// - Parameter fallsBack: whether an earlier generation may take its place. Never a later one: it was
    ///   rolled back from, or its publishing was not finished, and neither is a reason to serve it unasked.
    /// - Throws: ``IndexError`` about the generation that should be served, if none can be.
    package init(_ folder: IndexFolder, alarmLine: AlarmLine?, fallsBack: Bool) throws(IndexError) {
        let reason: IndexError
        do {
            generation = try Generation(folder.current(), of: folder, alarmLine: alarmLine)
            refusal = nil
            return
        } catch {
            guard fallsBack, error.code == .damaged || error.code == .unknownFormat else { throw error }
            reason = error
        }
        let named = folder.numberInCurrent
        for number in folder.generations().reversed() where named.map({ number < $0 }) ?? true {
            if let whole = try? Generation(number, of: folder, alarmLine: alarmLine) {
                generation = whole
                refusal = reason
                return
            }
        }
        throw reason
    }

    /// What there is to say about a generation that had to step in.
    package func trouble(in folder: IndexFolder) -> String? {
        refusal.map { "generation \(generation.number) is served, as the newest cannot be: \($0)" }
    }
}
