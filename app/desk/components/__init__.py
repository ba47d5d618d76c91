"""Parts of pages that know one thing each."""
