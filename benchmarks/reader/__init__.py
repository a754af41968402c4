"""How the reader's weights were made: `mine` writes training groups, `train` fits the model."""
