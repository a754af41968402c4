"""What measures Verbatim. Not installed with it; run from a checkout."""
