"""Which folders become which packages: they stand at the top of the repository and are installed inside `samenspel`."""

from setuptools import find_packages, setup

ROOMS = ("agents", "model", "experiments", "viz")

setup(
    packages=[
        *find_packages(include=["samenspel", "samenspel.*"]),
        "samenspel.locale",
        *(f"samenspel.{package}" for room in ROOMS for package in find_packages(include=[room, f"{room}.*"])),
    ],
    package_dir={f"samenspel.{room}": room for room in (*ROOMS, "locale")},
)
