"""From rows to text or files."""
