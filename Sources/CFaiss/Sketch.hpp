// An 8-bit copy of a bank, which rules out most rows before their floats are read.

#pragma once
#include "Search.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gridkin {

/// See Sketch.cpp. An empty sketch rules out nothing.
class Sketch {
  public:
    /// A query in units of the grid.
    struct Query {
        const float *values;
        std::vector<int32_t> high, fine;  // four signed digits a word, a word a group
        float twiceUnit;                  // 2 t
        double norm;                      // |u|^2
        double slack;                     // what rounding can do to a score
    };

    Sketch() = default;
    /// A sketch of rows in parts, such as the lists of an IVF index. It is empty if it would
    /// not save time or if its bound would not hold.
    explicit Sketch(const std::vector<Rows> &parts);

    bool isEmpty() const { return sizes.empty(); }
    /// The number of sketched rows of a part: its rows [0, count).
    size_t count(size_t part) const { return isEmpty() ? 0 : sizes[part]; }

    /// Offers to `nearest` the rows that may be among the nearest. `rows` is a stretch of the
    /// only part of the sketch.
    void scan(const Rows &rows, const float *queries, size_t n, Nearest *nearest) const;

    /// Whether the bound holds for this query.
    bool knows(const float *query) const { return !isEmpty() && isModerate(query, dimension); }
    Query prepared(const float *query) const;
    /// Like `scan`, for a stretch of any part, in order of storage.
    void scanInOrder(const Rows &rows, size_t part, const Query &query,
                     Nearest &nearest) const;

  private:
    /// The codes of sixteen rows in four dimensions, as one VNNI instruction reads them.
    struct alignas(64) Group {
        uint8_t code[16][4];
    };
    /// A chunk's number, and a lower bound of the scores of its rows.
    struct Chunk {
        float least;
        uint32_t number;
    };
    /// Rows, and the place of the first one in the sketch.
    struct Stretch {
        Rows rows;
        size_t first;
        size_t last() const { return first + rows.count; }
        Rows between(size_t from, size_t to) const { return rows.part(from - first, to - first); }
        /// One bit for each place, if places are row numbers; otherwise null.
        const uint64_t *mask() const { return rows.ids ? nullptr : rows.allowed; }
    };
    /// The maxima and exceptions found while rows are encoded.
    struct Extremes {
        double energy = 0;
        double error = 0;
        std::vector<size_t> wild;
    };

    /// The number of rows that are ruled out or visited together.
    static constexpr size_t CHUNK_ROWS = PICKED_ROWS;
    /// Parts begin at multiples of this.
    static constexpr size_t BLOCK_ROWS = 16;
    static constexpr double MAXIMUM_VALUE = 1e15;
    /// The error of the float32 sums of a score, for terms of size 1.
    static constexpr double FLOAT_SLACK = 1.0 / (1 << 20);

    static bool isSupported();
    static bool isModerate(const float *values, size_t n);

    void place(const std::vector<Rows> &parts);
    bool encode(const std::vector<Rows> &parts, double margin);
    void chooseGrid(const std::vector<Rows> &parts, double margin);
    void encode(const std::vector<Rows> &parts, size_t firstBlock, size_t lastBlock,
                Extremes &found);
    void encodeBlock(const Rows &rows, size_t first, Extremes &found);

    float unit(const float *values) const;
    float limit(const Query &query, const Nearest &nearest) const;
    float leastScore(const Query &query, size_t first, size_t last,
                     const uint64_t *mask) const;
    size_t survivors(const Query &query, float limit, size_t first, size_t last,
                     const uint64_t *mask, uint32_t *found) const;

    void scanWild(const Stretch &stretch, const Query &query, Nearest &nearest) const;
    void scanTame(const Stretch &stretch, size_t first, size_t last, const Query &query,
                  Nearest &nearest) const;
    void scanChunk(const Stretch &stretch, size_t chunk, const Query &query,
                   Nearest &nearest) const;
    void scanChunks(const Stretch &stretch, std::vector<Chunk> &chunks, const Query &query,
                    Nearest &nearest) const;
    void scanTogether(const Stretch &stretch, const float *queries, size_t n,
                      Nearest *nearest) const;

    size_t dimension = 0;
    size_t groups = 0;
    /// The first place and the number of rows of each part.
    std::vector<size_t> starts, sizes;
    std::vector<float> low, step;
    std::vector<Group> codes;
    /// |step * code|^2 of each row, rounded down; infinite for wild rows and padding.
    std::vector<float> energy;
    double greatestEnergy = 0;
    /// The greatest distance of a row from its code, except for wild rows.
    double greatestError = 0;
    /// The places of rows outside the grid, ascending.
    std::vector<size_t> wild;
};

}  // namespace gridkin
