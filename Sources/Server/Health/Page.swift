/// An answer over HTTP.
struct Page {
    static let text = "text/plain; charset=utf-8"

    let status: Int
    let type: String
    let body: String
}
