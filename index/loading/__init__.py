"""From a file to text and sentences, in a process of its own with limits."""
