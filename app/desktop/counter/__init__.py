"""The counter's windows: sell, refund, shift, prices, people, settings; the customer's display."""
