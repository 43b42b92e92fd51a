// An 8-bit copy of a bank that rules out most rows before their floats are read.

#pragma once
#include "Search.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gridkin {

/// See Sketch.cpp. An empty sketch rules nothing out.
class Sketch {
  public:
    Sketch() = default;
    /// A sketch of the rows, or an empty one where it would not pay or not be sound.
    explicit Sketch(const Rows &rows);

    /// The rows it knows are [0, count).
    size_t count() const { return rowCount; }

    /// Offers `nearest` those of the rows that may be among the nearest. `rows` is a
    /// part of the bank that was sketched, with the same row numbers.
    void scan(const Rows &rows, const float *queries, size_t n, Nearest *nearest) const;

  private:
    /// Sixteen rows' codes of four dimensions, as one VNNI instruction reads them.
    struct alignas(64) Group {
        uint8_t code[16][4];
    };
    /// A chunk's number, and a score that none of its rows is below.
    struct Chunk {
        float least;
        uint32_t number;
    };
    /// A query in the terms of the grid.
    struct Query {
        const float *values;
        std::vector<int32_t> high, fine;  // four signed digits each, one word a group
        float twiceUnit;                  // 2 t
        double norm;                      // |u|^2
        double slack;                     // what rounding can do to a score
    };

    /// Rows that are ruled out or visited together.
    static constexpr size_t CHUNK_ROWS = 128;
    static constexpr double MAXIMUM_VALUE = 1e15;
    /// What float32 sums of a score are off by, for terms of size 1.
    static constexpr double FLOAT_SLACK = 1.0 / (1 << 20);

    static bool isSupported();
    static bool isModerate(const float *values, size_t n);

    bool encode(const Rows &rows, double margin);
    void chooseGrid(const Rows &rows, double margin);
    void encode(const float *row, size_t number);

    float unit(const float *values) const;
    Query prepared(const float *query) const;
    float limit(const Query &query, const Nearest &nearest) const;
    float leastScore(const Query &query, size_t chunk) const;
    size_t survivors(const Query &query, float limit, size_t chunk, uint32_t *found) const;

    void scanWild(const Rows &rows, const Query &query, Nearest &nearest) const;
    void scanTame(const Rows &rows, size_t first, size_t last, const Query &query,
                  Nearest &nearest) const;
    void scanChunk(const Rows &rows, size_t chunk, const Query &query,
                   Nearest &nearest) const;
    void scanChunks(const Rows &rows, std::vector<Chunk> &chunks, const Query &query,
                    Nearest &nearest) const;
    void scanTogether(const Rows &rows, const float *queries, size_t n,
                      Nearest *nearest) const;

    size_t rowCount = 0;
    size_t dimension = 0;
    size_t groups = 0;
    std::vector<float> low, step;
    std::vector<Group> codes;
    /// |step * code|^2 of each row, rounded down; infinite where there is no row to find.
    std::vector<float> energy;
    double greatestEnergy = 0;
    /// No tame row is farther from its code than this.
    double greatestError = 0;
    /// Rows that lie outside the grid, ascending.
    std::vector<size_t> wild;
};

}  // namespace gridkin
