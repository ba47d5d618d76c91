"""K-Beans: rules, lots and history."""
