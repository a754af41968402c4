"""Calendars and address books: what phones and programs for mail hand over as text."""
