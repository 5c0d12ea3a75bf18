"""What is shown and written: terminal, files, figures, language, progress."""
