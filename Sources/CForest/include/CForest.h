// Walks a row down all trees of a forest. The interface is plain C, so that Swift can import it.

#pragma once
#include <stddef.h>
#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif
#pragma clang assume_nonnull begin

/// One node of eight bytes. Rows are compared by integer keys, which are in the same order as the floats they stand
/// for.
typedef struct CForestNode {
    /// A row whose key at `input` is at most this continues at the next node. In a leaf: the bits of the leaf's
    /// share.
    int32_t threshold;
    /// The index of the key that is compared. In a leaf: the last key of a row, which is above all thresholds.
    uint16_t input;
    /// The number of nodes to the right child; 0 in a leaf, so that a walk stays there.
    uint16_t right;
} CForestNode;

/// The sum of the shares of the leaves that a row reaches, added tree by tree.
///
/// Nothing is checked: every walk must end in a leaf, and `keys` must have one element for each input.
float cforest_sum(const CForestNode *nodes, const int32_t *roots, size_t trees, const int32_t *keys);

#pragma clang assume_nonnull end
#if defined(__cplusplus)
}
#endif
