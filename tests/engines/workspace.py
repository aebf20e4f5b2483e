"""A workspace of its own: a copy of this repository with a tiny cohort, in a path with a space, built by both engines."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TINY = """
study: tiny
studies:
  tiny: {dataset: tiny, folds: [0], seeds: [1], focus: ikt3.dynamic, variants: [reference.rasch_filter, dkt.base, ikt3.mean, ikt3.dynamic]}
datasets:
  tiny: {format: simulated, students: 120, skills: 4, seed: 3}
power: {cohorts: 1}
irt:
  static: {model: rasch, responses: all, backend: mml}
  dynamic: {levels: 1, drift: learned}
  as_found: {epochs: [20], epochs_kept: 20}
variants:
  reference:
    rasch_filter: {predictor: rasch_filter}
  dkt:
    base: {epochs: 1}
  ikt3:
    mean: {l_23: {form: mean}, epochs: 2}
    dynamic: {l_23: {form: dynamic}, epochs: 2}
"""


@dataclass(frozen=True)
class Workspace:
    """A checkout to run engines in."""

    path: Path

    @property
    def environment(self) -> dict[str, str]:
        # the workspace's own source comes first, so that an edit there is an edit of what runs
        binaries = str(Path(sys.executable).parent)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("DVC_", "SNAKEMAKE_", "PYTEST_"))}
        return {
            **kept,
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.path / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(self, *words: str, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(words, cwd=self.path, env=self.environment, capture_output=True, text=True, **options)
        assert not check or done.returncode == 0, f"{' '.join(words)}\n{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
        return done

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(words, cwd=self.path, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def snakemake_would_run(self) -> set[str]:
        """The steps that `snakemake -n` lists, as `stage variant`."""
        listing = self.run("snakemake", "--cores", "1", "--dry-run")
        jobs = re.findall(r"^Job \d+: (\w+) (.*)$", listing.stdout + listing.stderr, re.MULTILINE)
        steps = {_step(rule.replace("_", "-"), re.search(r"variant=([^,\s]+)", wildcards)) for rule, wildcards in jobs}
        assert steps or "Nothing to be done" in listing.stdout + listing.stderr, listing.stdout + listing.stderr
        return steps

    def why_would_run(self) -> set[str]:
        """The steps that `glasskt why` names, as `stage variant`."""
        told = json.loads(self.run("glasskt", "why", "--json").stdout)["steps"]
        return {_step(step["stage"], re.match(r"(.+)", step.get("variant", ""))) for step in told}

    def dvc_would_run(self) -> set[str]:
        """The steps that `dvc status` lists once the lists of code are up to date, as `stage variant`."""
        self.run("dvc", "repro", "--quiet", "--single-item", "code")
        names = json.loads(self.run("dvc", "status", "--json").stdout)
        return {
            _step(re.match(r"(fit-irt|fit-as-found|track-ability|[a-z]+)", name)[0], re.search(r"fold0-(\w+-\w+)-seed", name))
            for name in names
        }

    def hashes(self) -> dict[str, str]:
        """sha256 of everything that both engines generate; what tells of the host is not shared."""
        files = [path for folder in ("results", "data") for path in sorted((self.path / folder).rglob("*")) if path.is_file()]
        apart = (".gitignore", ".host.json")
        made = [path for path in files if not path.name.endswith(apart) and path.parent.name != "code"]
        return {str(path.relative_to(self.path)): hashlib.sha256(path.read_bytes()).hexdigest() for path in made}


def _step(stage: str, variant: re.Match[str] | None) -> str:
    return f"{stage} {variant[1].replace('.', '-')}" if variant else stage


def make_workspace(path: Path, params: str = TINY) -> Workspace:
    """A copy of this checkout as it stands, committed, with its own params.yaml and dvc.yaml."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        if (ROOT / name).is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, path / name)
    (path / "params.yaml").write_text(params)
    (path / "dvc.lock").unlink(missing_ok=True)
    workspace = Workspace(path)
    workspace.run("glasskt", "dag", "--write")
    workspace.run("git", "init", "--quiet")
    workspace.run("git", "add", "--all")
    workspace.run("git", "-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "--quiet", "--message", "start")
    return workspace
