internal import COpenBLASKernel

/// The kernels of OpenBLAS, which compute what encoders put into files.
///
/// Each kernel adds in an order of its own. The program chooses one that every processor of the architecture
/// has, so that all find the same last bits.
public enum LinearAlgebraKernel {
    /// The name of the kernels in use, such as `Nehalem`.
    public static var used: String { String(cString: gridkin_openblas_kernel()) }

    /// Whether they are the same on every processor of this architecture. False for an OpenBLAS that was
    /// compiled for one processor, and on architectures other than x86-64 and ARM64.
    public static var isFixed: Bool {
        guard let chosen = gridkin_openblas_kernel_chosen() else { return false }
        return String(cString: chosen) == used
    }
}
