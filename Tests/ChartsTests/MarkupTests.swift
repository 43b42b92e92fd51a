import Charts
import Foundation
import Testing

@Suite struct MarkupTests {
    static let hostile = "<script>alert('x')</script> & \"quoted\" \u{0}\u{1B}[31m\u{85} \n]]> --> ü 電"

    @Test func textIsEscaped() {
        #expect(Markup.escaped("meter 7, phase ü") == "meter 7, phase ü")
        #expect(Markup.escaped("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;")
        #expect(Markup.escaped("a\u{0}b\nc") == "a\u{FFFD}b c")
    }

    @Test(arguments: [
        (0.0, 0, "0"), (1.25, 1, "1.3"), (-1.25, 1, "\u{2212}1.3"), (-0.01, 1, "0.0"), (12.3456, 3, "12.346"),
        (0.05, 3, "0.050"), (999.96, 1, "1000.0"), (Double.nan, 2, "–"), (.infinity, 2, "–"), (1e300, 2, "–"),
    ])
    func numbers(value: Double, decimals: Int, text: String) {
        #expect(Markup.fixed(value, decimals) == text)
    }

    @Test func percent() {
        #expect(Markup.percent(0.01234) == "1.2\u{202F}%" && Markup.percent(nil) == "–")
    }
}
