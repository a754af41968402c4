"""One loader for each format; `dispatch` chooses."""
