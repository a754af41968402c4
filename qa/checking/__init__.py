"""From a text to what supports each of its sentences."""
