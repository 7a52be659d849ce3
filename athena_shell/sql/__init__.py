"""SQL: text in, tokens and statements out; no terminal, no network."""
