"""The chat page: Gradio blocks, its events, its scripts and styles."""
