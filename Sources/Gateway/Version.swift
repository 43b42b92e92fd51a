/// The version that `INFO`, `/metrics` and `--version` show.
public let gridkinVersion = "0.1.0"
