extension Array {
    /// How many bytes an array takes: with the room that it has in reserve, and its header.
    var heldBytes: Int { capacity == 0 ? 0 : 32 + capacity * MemoryLayout<Element>.stride }
}
