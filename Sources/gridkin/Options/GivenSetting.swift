import SettingsFile

/// A value of a setting, and where it was given.
struct GivenSetting {
    let key: ServeKey
    let text: String
    let origin: Origin

    /// Where a setting was given; each counts before those that follow it.
    enum Origin: Hashable {
        case flag
        case environment
        case file(Place)
    }

    /// How a sentence about it begins: `--listen`, `$GRIDKIN_LISTEN`, or `gridkin.yaml:3:9: listen`.
    var name: String { place.map { "\($0): \(word)" } ?? word }

    /// Its name alone.
    var word: String { word(of: key) }

    /// The name of another setting, as one would give it where this one was given.
    func word(of other: ServeKey) -> String {
        switch origin {
        case .flag: other.flag
        case .environment: "$" + other.variable
        case .file: other.path
        }
    }

    /// Its place in the settings file.
    var place: Place? {
        if case .file(let place) = origin { place } else { nil }
    }

    /// Where it was given, in words.
    var source: String {
        switch origin {
        case .flag: key.flag
        case .environment: "$" + key.variable
        case .file(let place): "\(place)"
        }
    }
}
