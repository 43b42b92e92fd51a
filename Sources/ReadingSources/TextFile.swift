internal import Text

/// A text file that is written from its start; an ``OutputFile`` whose errors are those of this module.
package struct TextFile: ~Copyable {
    private let path: String
    private let code: ReadingsError.Code
    private var file: OutputFile

    /// Opens the file, or what else the path names.
    ///
    /// - Parameter code: of the error if it cannot be written.
    package init(path: String, failingWith code: ReadingsError.Code) throws(ReadingsError) {
        self.path = path
        self.code = code
        do throws(OutputError) {
            file = try OutputFile(OutputPlace(path))
        } catch {
            throw Self.failure(code, path, error)
        }
    }

    /// Lets `body` append bytes.
    package mutating func write(_ body: (inout [UInt8]) -> Void) throws(ReadingsError) {
        do throws(OutputError) { try file.write(body) } catch { throw Self.failure(code, path, error) }
    }

    /// Gives the complete file its name.
    package mutating func finish() throws(ReadingsError) {
        do throws(OutputError) { try file.finish() } catch { throw Self.failure(code, path, error) }
    }

    private static func failure(
        _ code: ReadingsError.Code,
        _ path: String,
        _ error: OutputError
    )
        -> ReadingsError
    {
        ReadingsError(code, file: path, "cannot be written: \(error.reason)")
    }
}
