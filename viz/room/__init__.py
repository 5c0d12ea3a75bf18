"""What a room shares: sessions, lanes, the story, votes."""
