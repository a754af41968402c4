"""How good the answers are, on judged questions and on feedback."""
