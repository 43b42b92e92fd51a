import Sinks

/// The keys of a sink in a settings file, and what they mean.
enum SinkKeys {
    static let all: [(key: String, meaning: String)] = [
        ("name", "The sink's name, by which its position is kept: 1 to 64 letters, digits, `-` and `_`."),
        ("indexes", "The indexes whose incidents are sent, a list. Default: all that are served."),
        ("webhook", "Sends incidents to this address, as JSON: `http://…` or `https://…`."),
        ("secret-file", "The file with the key that signs what a webhook gets. Default: no signature."),
        ("alertmanager", "Sends incidents to this Prometheus Alertmanager, such as `http://127.0.0.1:9093`."),
        ("mqtt", "Sends incidents to this broker, `mqtt://host:port` or, with TLS, `mqtts://host:port`."),
        ("topic", "The topic of a broker."),
        ("user", "The user at a broker. Default: none."),
        ("password-file", "The file with that user's password."),
        ("ca", "The certificates by which a broker's is trusted, in PEM. Default: the system's."),
        ("file", "Writes incidents to this file."),
        ("format", "The form of a file: `json-lines` or `csv`. Default: json-lines."),
        (
            "rotate",
            "The size at which a file is put aside, such as 100M. "
                + "Default: \(SinkSettings.File.defaultRotateBytes >> 20)M."
        ),
        ("keep", "How many files that were put aside are kept. Default: \(SinkSettings.File.defaultKeep)."),
    ]
}
