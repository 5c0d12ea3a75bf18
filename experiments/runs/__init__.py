"""The main job: one scenario, many replications, and what they say."""
