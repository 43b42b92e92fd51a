import Encoder
import Testing

@Suite struct LinearAlgebraKernelTests {
    @Test func isTheSameOnEveryProcessor() {
        #expect(LinearAlgebraKernel.isFixed, "\(LinearAlgebraKernel.used)")
    }
}
