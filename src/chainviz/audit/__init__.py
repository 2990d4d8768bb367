"""Rules over a recorded timeline, and what they find."""
