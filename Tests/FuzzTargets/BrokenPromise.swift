/// A parser took something in that it must not, or said something that is not so.
package struct BrokenPromise: Error, CustomStringConvertible {
    package let description: String

    /// Throws the promise that was broken.
    static func unless(_ holds: Bool, _ promise: String) throws(BrokenPromise) {
        if !holds { throw BrokenPromise(description: promise) }
    }
}
