"""Events, deliveries and jobs as rows: the truth of which broker and channel layer only carry hints."""
