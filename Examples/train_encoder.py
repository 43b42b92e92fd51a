"""Trains an LSTM autoencoder with PyTorch on windows written by `gridkin windows`; docs/encoders.md explains the files.

    gridkin windows --from FILE.csv --encoder lstm --output mine
    python3 Examples/train_encoder.py mine
    gridkin build NAME --from FILE.csv --encoder mine
"""

import json
import sys

import torch
from safetensors.torch import load_file, save_file
from torch import nn

folder = sys.argv[1]
description = json.load(open(f"{folder}/encoder.json"))
data = load_file(f"{folder}/windows.safetensors")
windows, position = data["windows"], data["position"]  # rows × slots × numbers per slot; the position is 0…1 in the meter's history
normal = data["anomalous"] == 0
width, slots, dimension, hidden = windows.shape[2], windows.shape[1], description["dimension"], 32


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.LSTM(width, hidden, batch_first=True)
        self.embedding = nn.Linear(hidden, dimension)
        self.decoder = nn.LSTM(dimension, hidden, batch_first=True)
        self.output = nn.Linear(hidden, width)

    def forward(self, x):
        embedding = self.embedding(self.encoder(x)[1][0][0])
        return self.output(self.decoder(embedding[:, None].expand(-1, slots, -1))[0])


torch.manual_seed(1)
network = Autoencoder()
optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
rows, later = windows[normal & (position < 0.8)], windows[normal & (position >= 0.8)]
for epoch in range(1, int(sys.argv[2]) + 1 if len(sys.argv) > 2 else 11):
    for batch in torch.randperm(len(rows)).split(128):
        optimizer.zero_grad()
        nn.functional.mse_loss(network(rows[batch]), rows[batch]).backward()
        optimizer.step()
    with torch.no_grad():
        print(f"epoch {epoch}: later {nn.functional.mse_loss(network(later), later):.4f}", flush=True)

# The weights by their names here, and how the windows were standardised.
save_file(network.state_dict() | {key: data[key] for key in ("mean", "inverse_deviation")}, f"{folder}/weights.safetensors")
