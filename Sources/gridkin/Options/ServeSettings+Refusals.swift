import ArgumentParser

extension ServeSettings {
    /// What to report if the parser refused the arguments: for `serve`, its error together with all other
    /// configuration errors; for other commands, the error itself.
    ///
    /// - Parameter arguments: those of the program.
    static func withAllErrors(_ error: any Error, of arguments: [String]) -> any Error {
        let isRefusal = !(error is ConfigurationErrors) && Gridkin.exitCode(for: error) == .validationFailure
        guard arguments.first == "serve", isRefusal else { return error }
        var errors = ConfigurationErrors()
        var rest = Array(arguments.dropFirst())
        var refusal = error
        // Each round removes one option.
        while true {
            let message = Gridkin.message(for: refusal)
            errors.usage(message)
            guard let shorter = without(optionIn: message, rest) else { return errors }
            rest = shorter
            do {
                let command = try ServeCommand.parse(rest)
                do { _ = try ServeSettings(command.names, in: command.indexes, command.options) } catch {
                    errors.add(error)
                }
                return errors
            } catch {
                refusal = error
            }
        }
    }

    /// The arguments without the option that a message of the parser names, and without its value; nil if it
    /// names none.
    private static func without(optionIn message: String, _ arguments: [String]) -> [String]? {
        guard let option = message.firstMatch(of: /--?[A-Za-z][A-Za-z0-9-]*/).map({ String($0.output) }),
            let index = arguments.firstIndex(where: { $0 == option || $0.hasPrefix(option + "=") })
        else { return nil }
        var rest = arguments
        let removed = rest.remove(at: index)
        guard removed == option, index < rest.count, !rest[index].hasPrefix("-") else { return rest }
        // What follows is the option's value, unless it is the only index.
        var shorter = rest
        shorter.remove(at: index)
        do {
            let command = try ServeCommand.parse(shorter)
            return command.names.isEmpty && command.options.config == nil ? rest : shorter
        } catch {
            return shorter
        }
    }
}
