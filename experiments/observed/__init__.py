"""What a partnership counted or a real pilot measured, put back: worlds are weighed by how well they agree with it."""
