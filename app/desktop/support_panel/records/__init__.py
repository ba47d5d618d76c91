"""Cases, feedback, community questions and surveys in the Help panel (design/1 S7, S10)."""
