"""Services of their own: keywords of a text, what is similar, what contradicts what."""
