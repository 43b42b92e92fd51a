internal import Yams

extension SettingsMistake {
    /// What Yams says of a file that is no YAML, with what to do where that is known.
    init(_ error: YamlError, in text: String, of file: String) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            let place = Place(file: file, line: mark.line, column: mark.column)
            self.init(place, "\(Self.sentence(context, problem))\(Self.advice(problem, text, mark))")
        case .composer(_, let problem, let mark, _):
            let place = Place(file: file, line: mark.line, column: mark.column)
            let isSecond = problem.contains("another document")
            self.init(
                place,
                isSecond
                    ? "a second document begins; a settings file has one, so leave `---` out"
                    : Self.sentence(nil, problem) + Self.advice(problem, text, mark)
            )
        case .duplicatedKeysInMapping(let names, let context):
            let place = Place(file: file, line: context.mark.line, column: context.mark.column)
            self.init(place, "`\((names.first ?? "").shown)` is there twice; keep one")
        default:
            self.init(Place(file: file), "this is no YAML")
        }
    }

    private static func sentence(_ context: YamlError.Context?, _ problem: String) -> String {
        "this is no YAML: \(context.map { "\($0.text), " } ?? "")\(problem)"
    }

    /// What to do about the mistakes that are made most.
    private static func advice(_ problem: String, _ text: String, _ mark: Mark) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = lines.indices.contains(mark.line - 1) ? lines[mark.line - 1] : ""
        if line.prefix(while: \.isWhitespace).contains("\t") { return "; indent with spaces, not with tabs" }
        if problem.contains("mapping values") {
            return "; a value that holds `: ` is in quotes, and keys of a section stand below each other"
        }
        if problem.contains("undefined alias") { return "; a value that begins with * is in quotes" }
        if problem.contains("cannot start any token") {
            return "; put quotes around a value that begins with a sign"
        }
        if problem.contains("could not find expected ':'") { return "; write `key: value`, with a blank" }
        return ""
    }
}
