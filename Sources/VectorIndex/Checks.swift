internal import CFaiss

// The checks that every operation makes before it calls C++, and the conversion of C++ errors.

/// Why an operation on an index failed, and what to do about it.
public struct VectorIndexError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The operation that failed, such as "search the index".
    public let operation: String

    /// What was wrong: a sentence about an argument, or a message of FAISS.
    public let reason: String

    /// What the caller can do.
    public let remedy: String

    /// The error in one line, for a log or a terminal.
    public var description: String { "cannot \(operation): \(reason); \(remedy)" }
}

/// Throws unless `holds`.
func check(
    _ holds: Bool,
    for operation: String,
    _ reason: @autoclosure () -> String,
    remedy: String
) throws(VectorIndexError) {
    guard holds else { throw VectorIndexError(operation: operation, reason: reason(), remedy: remedy) }
}

/// The number of rows in row-major values; throws if the last row is not complete.
func rowCount(
    of values: [Float],
    dimension: Int,
    for operation: String
) throws(VectorIndexError) -> Int {
    try check(
        dimension >= 1,
        for: operation,
        "the dimension is \(dimension)",
        remedy: "give a dimension of 1 to 65,536"
    )
    try check(
        values.count.isMultiple(of: dimension),
        for: operation,
        "\(values.count) values do not form complete rows of \(dimension)",
        remedy: "give every row \(dimension) values"
    )
    return values.count / dimension
}

/// Throws if a value is NaN or infinite.
func checkFinite(_ values: [Float], for operation: String) throws(VectorIndexError) {
    guard let position = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw VectorIndexError(
        operation: operation,
        reason: "value \(position) is \(values[position])",
        remedy: "give finite values"
    )
}

/// Calls a C function, and throws its error if it fails.
func checking(
    _ operation: String,
    remedy: String,
    _ body: (inout CFaissError) -> Int32
) throws(VectorIndexError) {
    var error = CFaissError()
    guard body(&error) != CFAISS_OK else { return }
    throw VectorIndexError(operation: operation, reason: message(of: error), remedy: remedy)
}

/// Calls a C function that creates an index, and throws its error if it fails.
func opened(
    _ operation: String,
    remedy: String,
    _ body: (inout CFaissError) -> OpaquePointer?
) throws(VectorIndexError) -> OpaquePointer {
    var error = CFaissError()
    if let handle = unsafe body(&error) { return unsafe handle }
    throw VectorIndexError(operation: operation, reason: message(of: error), remedy: remedy)
}

private func message(of error: CFaissError) -> String {
    unsafe withUnsafeBytes(of: error.message) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
