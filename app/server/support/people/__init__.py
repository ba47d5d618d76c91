"""The staff's work: queue, hours, hand-over, notes, ready replies, call-backs."""
