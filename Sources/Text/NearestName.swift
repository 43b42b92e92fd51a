// For "did you mean": the name nearest to a mistyped one.

/// Finds the candidate that was probably meant by a name that is not among them.
///
/// - Returns: the candidate with the smallest edit distance (V. Levenshtein, 1966), ignoring case, if at most
///   a third of the letters differ; else one that contains the name or is contained in it; else nil.
public func nearestName(to name: String, among candidates: [String]) -> String? {
    let wanted = Array(name.lowercased().unicodeScalars.prefix(64))
    let limit = max(2, wanted.count / 3)
    let ranked = candidates.map {
        ($0, editDistance(wanted, Array($0.lowercased().unicodeScalars.prefix(64))))
    }
    guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= limit, best.1 < wanted.count else {
        return candidates.first { isPart(name.lowercased(), of: $0.lowercased()) }
    }
    return best.0
}

/// Whether one of the two contains the other (`reading` in `meter_reading`), which has at least three
/// letters.
private func isPart(_ name: String, of candidate: String) -> Bool {
    (name.count >= 3 && candidate.contains(name)) || (candidate.count >= 3 && name.contains(candidate))
}

private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var row = Array(0...right.count)
    for (i, letter) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for j in right.indices {
            let substituted = diagonal + (letter == right[j] ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
        }
    }
    return row[right.count]
}
