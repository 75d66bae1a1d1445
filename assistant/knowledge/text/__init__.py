"""What is said, taken apart: `words` and `terms`, `passages`, `sections` and `orders` of articles, `names` of products,
`questions`, `figures`, and Chinese read as English (`bilingual`). Nothing here asks the database.
"""
