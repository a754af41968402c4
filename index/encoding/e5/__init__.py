"""multilingual-e5-small: its published file, its tokens, and its network in 8-bit integers."""
