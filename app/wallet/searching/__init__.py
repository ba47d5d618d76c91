"""What a person types into the one search box, read as words, amounts, dates and kinds."""
