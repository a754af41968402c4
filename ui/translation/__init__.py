"""The page's texts in its languages."""
