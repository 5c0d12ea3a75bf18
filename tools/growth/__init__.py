"""How far this partnership can grow: the runs, figures, tables, sentences and drawing of docs/GROWTH.md."""
