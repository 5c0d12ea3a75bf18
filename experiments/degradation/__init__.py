"""Where supervision gives way as the partnership grows, and which scale is safe."""
