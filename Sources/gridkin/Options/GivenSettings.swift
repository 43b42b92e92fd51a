import Foundation
import Gateway
import SettingsFile

/// What `serve` was told, before it is checked: by options, by the environment, and by a settings file, in
/// this order of precedence, setting by setting.
struct GivenSettings {
    /// The indexes to serve.
    private(set) var names: [GivenName] = []
    private(set) var sinks: [GivenSink] = []
    /// The settings file; nil without one.
    let file: String?
    /// Whether it is told already why there are no names.
    private(set) var hasMistakenNames = false
    private var values: [ServeKey: GivenSetting] = [:]

    /// The name of an index.
    struct GivenName {
        let text: String
        /// Nil if it is an argument.
        let place: Place?
    }

    /// Gathers everything.
    ///
    /// - Parameter problems: takes what is wrong with the form of the file.
    init(
        _ names: [String],
        in indexes: IndexesOption,
        _ options: ServeOptions,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        _ problems: inout ConfigurationErrors
    ) {
        file = options.config
        if let file { read(file, &problems) }
        for key in ServeKey.all {
            // An empty variable is none, as for most programs.
            guard let text = environment[key.variable], !text.isEmpty else { continue }
            values[key] = GivenSetting(key: key, text: text, origin: .environment)
        }
        for (key, text) in options.given(indexes) {
            values[key] = GivenSetting(key: key, text: text, origin: .flag)
        }
        if !names.isEmpty { self.names = names.map { GivenName(text: $0, place: nil) } }
    }

    /// A setting; nil if it was not given.
    subscript(key: ServeKey) -> GivenSetting? { values[key] }

    /// Where the file, if there is one, begins.
    var beginning: Place? { file.map { Place(file: $0) } }

    private mutating func read(_ path: String, _ problems: inout ConfigurationErrors) {
        hasMistakenNames = true
        var section: Section
        do {
            section = try SettingsDocument.read(SecretFile.read(path, isSecret: false), of: path)
        } catch let mistake as SettingsMistake {
            return problems.add(mistake)
        } catch {
            return problems.file("the settings file \(error)")
        }
        let folder = SettingsFolder(of: path)
        let written = section.texts("indexes")
        hasMistakenNames = written == nil && section.has("indexes")
        names = (written ?? []).map { GivenName(text: $0.text, place: $0.place) }
        for key in ServeKey.all where key.section == nil { read(key, in: &section, folder) }
        for name in ["tls", "limits"] {
            _ = section.section(name) { part in
                for key in ServeKey.all where key.section == name { read(key, in: &part, folder) }
            }
        }
        sinks = section.sections("sinks") { GivenSink.read(&$0, folder) }?.compactMap(\.self) ?? []
        for mistake in section.mistakes { problems.add(mistake) }
    }

    private mutating func read(_ key: ServeKey, in section: inout Section, _ folder: SettingsFolder) {
        guard let written = section.text(key.name) else { return }
        values[key] = GivenSetting(
            key: key,
            text: key.isPath ? folder.path(written.text) : written.text,
            origin: .file(written.place)
        )
    }
}

/// The folder of a settings file, where its relative paths begin.
struct SettingsFolder {
    private let path: String

    init(of file: String) { path = file.lastIndex(of: "/").map { String(file[...$0]) } ?? "" }

    func path(_ text: String) -> String { text.isEmpty || text.hasPrefix("/") ? text : path + text }
}
