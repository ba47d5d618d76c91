"""State machines of onboarding, unlocking and paying; no window, no thread of their own."""
