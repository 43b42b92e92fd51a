// Walks a row down all trees of a forest: C only, so that Swift may see it.

#pragma once
#include <stddef.h>
#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif
#pragma clang assume_nonnull begin

/// One node, eight bytes. Whether a row goes left is asked of integers that order like the floats they stand for.
typedef struct CForestNode {
    /// A row whose key at `input` is at most this goes to the next node; in a leaf, the bits of its share.
    int32_t threshold;
    /// Which key decides; in a leaf the last of a row's, which is above all thresholds.
    uint16_t input;
    /// How far ahead the right child stands; 0 in a leaf, so that a walk stays there.
    uint16_t right;
} CForestNode;

/// The sum, tree by tree, of the shares in the leaves that a row comes to.
///
/// Nothing is checked: every walk must end in a leaf, and `keys` must have a place for each input.
float cforest_sum(const CForestNode *nodes, const int32_t *roots, size_t trees, const int32_t *keys);

#pragma clang assume_nonnull end
#if defined(__cplusplus)
}
#endif
