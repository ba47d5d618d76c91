"""What is measured, against what; benchmarks/README.md has the commands to repeat it."""
