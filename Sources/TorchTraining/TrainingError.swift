/// Why a network could not be trained, in a sentence.
package struct TrainingError: Error, Equatable, CustomStringConvertible, Sendable {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
