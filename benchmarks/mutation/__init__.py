"""How good the tests are: small faults (mutants) are planted in the code, one at a time, and tests must notice them.

``python -m benchmarks.mutation campaign PART --share S [--store]`` takes three steps, which stand alone too. ``trace
PART FILE`` runs the tests of a part, and notes which test runs which line, and for how long; it leaves
``.coverage.PART`` too, since compiled rules show nothing to coverage. ``try PART FILE --out RESULTS`` draws a sample of
mutants, file by file, and runs for each the tests that reach its line, the quickest first. ``tell RESULTS`` prints the
score. PART is ``rules`` (agents and model; rules run as plain Python) or ``analyses`` (experiments).

Cosmic Ray makes the mutants. Those of annotations are left out, for they change nothing, and so are replacements that
hardly run at all (``+`` by ``<<``): they would flatter.
"""
