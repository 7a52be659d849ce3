"""Help topics, in Markdown."""
