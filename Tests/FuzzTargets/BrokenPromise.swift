/// A parser broke one of its promises: it accepted an input that it must refuse, or returned a wrong result.
package struct BrokenPromise: Error, CustomStringConvertible {
    package let description: String

    /// Throws unless a promise holds.
    static func unless(_ holds: Bool, _ promise: String) throws(BrokenPromise) {
        if !holds { throw BrokenPromise(description: promise) }
    }
}
