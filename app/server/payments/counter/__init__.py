"""The counter as the service knows it: what a till is, who sells, what proves a payment offline."""
