#pragma once
#include <stdbool.h>
#include <stdint.h>

// Trains the neural encoders with libtorch. The interface is plain C, and no C++ exception leaves it. A function that
// can fail returns whether it succeeded; ctorch_error then returns the reason.

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { CTORCH_AUTOENCODER, CTORCH_LSTM, CTORCH_GAN } CTorchFamily;

/// The shape of the network and of the rows that it reads.
typedef struct {
    CTorchFamily family;
    /// The length of a row: the number of features, or slots times slot_width.
    int64_t width;
    /// The number of steps in a sequence and the length of a step; both 0 for the dense autoencoder.
    int64_t slots, slot_width;
    /// The length of the bottleneck.
    int64_t dimension;
    /// The width of the hidden layer.
    int64_t hidden;
    int64_t seed;
} CTorchShape;

typedef struct CTorchTrainer CTorchTrainer;

/// Returns NULL only if memory is exhausted; for other failures see ctorch_error. The seed determines the weights.
CTorchTrainer *ctorch_create(const CTorchShape *shape);
void ctorch_destroy(CTorchTrainer *trainer);
/// A sentence about the last failure; empty if there was none. Valid until the next call.
const char *ctorch_error(const CTorchTrainer *trainer);

/// Copies the rows to learn from, which are standardised and row-major.
bool ctorch_learn_from(CTorchTrainer *trainer, const float *rows, int64_t count);
/// Learns from all rows once, in an order that depends on seed and epoch.
bool ctorch_train_epoch(CTorchTrainer *trainer, int64_t epoch, double *loss);
/// The mean squared error of the reconstruction of other rows.
bool ctorch_loss(CTorchTrainer *trainer, const float *rows, int64_t count, double *loss);
/// Computes the embeddings (count times ctorch_embedding_width) and the residuals (count) of rows.
bool ctorch_apply(CTorchTrainer *trainer, const float *rows, int64_t count, float *embeddings, float *residuals);
int64_t ctorch_embedding_width(const CTorchTrainer *trainer);

/// Stores the weights as the best so far; ctorch_recall restores them.
bool ctorch_remember(CTorchTrainer *trainer);
bool ctorch_recall(CTorchTrainer *trainer);

/// Writes and reads the complete state of the training, with some numbers of the caller.
bool ctorch_save(CTorchTrainer *trainer, const char *path, const double *state, int64_t count);
bool ctorch_load(CTorchTrainer *trainer, const char *path, double *state, int64_t count);

/// The weights with the names of PyTorch's state_dict. The pointers are valid until the next call.
int64_t ctorch_weight_count(const CTorchTrainer *trainer);
bool ctorch_weight(
    CTorchTrainer *trainer, int64_t index, const char **name, const float **values, int64_t *rows, int64_t *columns
);

#ifdef __cplusplus
}
#endif
