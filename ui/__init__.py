"""The doors to Verbatim: thin, with no ranking and no SQL of their own."""
