"""What writes documents and draws the house; not shipped, and run from the root of the repository.

- `python -m tools.types`: checks types, of the package as it is installed
- `python -m tools.words`: brings the Dutch texts in `locale/` up to date with the code
- `python -m tools.structure docs/structure.svg`: draws the rooms and their arrows
- `python -m tools.odd --write`: makes the tables of `docs/ODD.md` and `docs/TRACE.md`, with `tools/provenance.py`
- `python -m tools.campaigns --write`: makes the tables of `docs/VERIFICATION.md` from what campaigns stored
- `python -m tools.releases`: holds the code against the stored run of each release
"""
