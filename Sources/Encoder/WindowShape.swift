public import Windows

/// What the numbers of a window are: features, then the raw window, oldest slot first.
public struct WindowShape: Equatable, Sendable {
    /// How many features come first.
    public let featureCount: Int
    /// How many slots follow; 0 for none.
    public let slots: Int
    /// How many numbers a slot has.
    public let slotWidth: Int

    /// The shape of a layout's windows.
    public init(_ layout: FeatureLayout) {
        self.init(featureCount: layout.featureCount, slots: layout.slots, slotWidth: layout.slotWidth)
    }

    /// A shape.
    public init(featureCount: Int, slots: Int, slotWidth: Int) {
        self.featureCount = featureCount
        self.slots = slots
        self.slotWidth = slotWidth
    }

    /// How many numbers a window has.
    public var count: Int { featureCount + slots * slotWidth }
}
