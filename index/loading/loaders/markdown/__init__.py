"""Markdown to blocks: what CommonMark has, and what notes are written with beside it."""
