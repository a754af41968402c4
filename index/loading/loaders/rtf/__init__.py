"""Rich Text Format, which most word processors write."""
