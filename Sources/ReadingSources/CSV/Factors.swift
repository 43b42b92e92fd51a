internal import Readings
internal import Text

// Columns of what values may be to be multiplied by: whether they are already, no file says.

extension SurveyedForm {
    private static let factorNames: Set<String> = [
        "multiplier", "multiplikator", "moltiplicatore", "multiplicateur", "multiplicador", "metermultiplier",
        "scale", "scalefactor", "scalingfactor", "scaling", "skalierung", "skalierungsfaktor", "factor",
        "faktor",
        "fattore", "facteur", "meterfactor", "meterconstant", "ctratio", "ctfactor", "ctmultiplier",
        "ptratio",
        "vtratio", "ptfactor", "vtfactor", "transformerratio", "transformationratio", "wandlerfaktor",
        "wandlerverhältnis", "umrechnungsfaktor", "impulswertigkeit", "zählerkonstante", "pulsefactor",
        "pulsevalue", "pulseweight", "prefix", "siprefix", "unitprefix", "poweroftenmultiplier", "powerof10",
    ]

    private static let prefixes: Set<String> = ["", "k", "K", "M", "m", "G", "T", "µ", "u", "n"]

    /// Whether a column may hold factors, as the ratio of a current transformer or the prefix of a unit: it
    /// is called so, and has few values.
    func isFactor(_ column: Int) -> Bool {
        guard shape.headerLine != nil, column < shape.writtenNames.count else { return false }
        let written = shape.writtenNames[column]
        let isScale = written.lowercased().hasSuffix("_sf")
        guard isScale || Self.factorNames.contains(ColumnNames.plain(written)), isFree(column) else {
            return false
        }
        let evidence = columns[column]
        guard filled[column] > 0, evidence.values.isComplete, evidence.distinct <= 16,
            evidence.distinct * 4 <= rows
        else { return false }
        let words = factorWords(column)
        return evidence.numbers.count * 2 > evidence.present && evidence.present > 0
            || (!words.isEmpty && words.allSatisfy { Self.prefixes.contains($0) })
    }

    private func factorWords(_ column: Int) -> [String] {
        columns[column].values.commonest.map(\.word).filter { !MissingWords().contains(Array($0.utf8).span) }
    }

    /// What is said of the columns that may hold factors.
    var factorWarnings: [String] {
        columns.indices.filter { isFactor($0) }.compactMap { column in
            let words = factorWords(column)
            guard !words.allSatisfy({ Double($0.replacing(",", with: ".")) == 1 }), !words.isEmpty else {
                return nil
            }
            let list =
                words.prefix(4).map { "`\($0)`" }.joined(separator: ", ") + (words.count > 4 ? ", …" : "")
            return
                "the column `\(shape.names[column])` (\(list)) may be what values are to be multiplied by, and no file says "
                + "whether they are already: they are taken as they stand; if they are not, multiply them beforehand"
        }
    }
}
