"""The model that reads a question with a sentence, and how its evidence ranks them."""
