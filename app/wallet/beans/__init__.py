"""K-Beans in use: catalogue, coupons, redemptions, deduction, warnings (design/1 P1-P3)."""
