"""The staff's web pages: a client of the service like any other (design/4 §Desk)."""
