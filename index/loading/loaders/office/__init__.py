"""What the formats of Microsoft Office since 2007 share."""
