"""Pictures in, codes out. No Qt, no camera: a grey buffer goes in, texts and corners come out."""
