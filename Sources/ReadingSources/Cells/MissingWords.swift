internal import Readings
internal import Text

/// The words that mean a missing value, and numbers that the caller says mean one.
public struct MissingWords: Sendable, Equatable {
    private var added: Set<String> = []
    private var numbers: [Double] = []

    /// The words that people and programs write for missing.
    public init() {}

    /// Those, and further ones; a number is compared as a number, so that `-9999` means `-9999.0` too.
    public init(adding words: [String]) {
        for word in words {
            let bytes = Array(word.utf8)
            let text = bytes.span.extracting(bytes.span.trimmed(0..<bytes.count))
            added.insert(text.folded)
            if let number = DecimalNumber.read(whole: text, .pointOrComma) {
                numbers.append(number)
            }
        }
    }

    /// Whether a cell without blanks around it means a missing value.
    public func contains(_ cell: Span<UInt8>) -> Bool {
        guard cell.count > 0 else { return true }
        guard cell.count <= Self.longest || !added.isEmpty else { return false }
        let word = cell.folded
        return Self.known.contains(word) || added.contains(word)
    }

    /// Whether a number is one that was given as a word for missing.
    func contains(_ number: Double) -> Bool {
        !numbers.isEmpty && numbers.contains(number)
    }

    /// Whether numbers were given as words for missing.
    var hasNumbers: Bool { !numbers.isEmpty }

    private static let longest = 32

    /// In lower case and without accents. Spreadsheets' errors are those of the languages that stamps are
    /// read in; the words of two and more are states of historians such as PI.
    private static let known: Set<String> = [
        "-", "--", "---", "----", "–", "—", ".", "..", "...", "?", "??", "*", "**", "***", "/", "#",
        "na", "n/a", "n.a.", "n.a", "<na>", "nan", "-nan", "+nan", "nan(ind)", "-nan(ind)", "1.#qnan",
        "-1.#qnan",
        "1.#ind", "-1.#ind", "1.#nan", "nat", "null", "(null)", "<null>", "[null]", "\\n", "none", "nil",
        "undefined",
        "nd", "n/d", "n.d.", "n.d", "s/d", "s.d.", "nc", "n.c.", "nr", "n.r.", "n.v.", "n. v.", "n/v",
        "k.a.", "k. a.", "keine angabe", "kein wert", "ungultig", "nicht verfugbar", "no disponible",
        "sin datos",
        "non disponible", "non disponibile", "niet beschikbaar", "onbekend", "unbekannt", "inconnu",
        "sconosciuto",
        "desconocido", "indisponible", "fehlt",
        "#n/a", "#n/a n/a", "#na", "#nv", "#n/d", "#value!", "#wert!", "#valeur!", "#valore!", "#valor!",
        "#¡valor!",
        "#waarde!", "#div/0!", "#¡div/0!", "#deel/0!", "#ref!", "#bezug!", "#rif!", "#¡ref!", "#verw!",
        "#name?",
        "#nom?", "#nome?", "#nombre?", "#naam?", "#num!", "#zahl!", "#nombre!", "#¡num!", "#getal!", "#null!",
        "#nul!",
        "#nulo!", "#leeg!", "#nb", "#spill!", "#calc!", "#field!", "#error", "#error!",
        "unavailable", "unknown", "missing", "not available", "no data", "nodata", "no_data", "no-data",
        "no value",
        "novalue", "no reading", "no result", "not a number", "empty", "blank", "invalid", "offline", "bad",
        "bad input", "bad data", "bad value", "bad quality", "badval", "i/o timeout", "timeout", "timed out",
        "comm fail", "not connect", "not connected", "disconnected", "pt created", "intf shut", "scan off",
        "scan timeout",
        "out of serv", "calc failed", "arc off-line", "access denied", "tag not found",
        "resize to show all values",
    ]
}
