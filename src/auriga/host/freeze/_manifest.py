"""What stands in the manifest of a folder of frozen models."""

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from auriga.errors import HostError, clause

MANIFEST = "manifest.json"
SCHEMA = 1
"""Raised whenever a frozen folder means something else; older folders are then refused."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FrozenFile(_Part):
    """Checksum and length of a file of the folder."""

    sha256: str
    bytes: int


class FrozenModel(_Part):
    """The model of one pair: its files and what it learned from.

    Attributes
    ----------
    model, metadata : str
        Names in `Manifest.files`; pairs that share a model name the same file.
    stamp : int
        FreqAI's number of the model: the end of its training in seconds since 1970.
    trained_from_at, trained_until_at : datetime
        Training span (UTC), end excluded; labels look no further than its end.
    candles : str or None
        Digest of all candles that were known by the end of training (`_provenance.candle_digests`); None
        for live models, whose seal has none.
    """

    model: str
    metadata: str
    stamp: int
    trained_from_at: AwareDatetime
    trained_until_at: AwareDatetime
    candles: str | None = None


class Manifest(_Part):
    """Everything that decides whether a folder of frozen models may be used, and for what.

    Attributes
    ----------
    source : str
        Where the models come from, in words.
    created_at, expires_at : datetime
        UTC; from the second on no live entry is made.
    model_class, python : str
    packages : dict
        Versions, by package.
    facts : dict
        As sealed with the models: settings, feature parameters, code digests, versions.
    feature_names, label_list : list of str
    shared : bool
        Whether one model was made for all pairs; it then serves any pair.
    pairs : dict of pair to FrozenModel
    files : dict of name to FrozenFile
    digest : str
        SHA-256 of everything else here: a manifest that was edited is not taken.
    """

    schema_version: int = SCHEMA
    source: str
    created_at: AwareDatetime
    expires_at: AwareDatetime
    model_class: str
    python: str
    packages: dict[str, str]
    facts: dict[str, str]
    feature_names: list[str]
    label_list: list[str]
    shared: bool
    pairs: dict[str, FrozenModel]
    files: dict[str, FrozenFile]
    digest: str = ""

    def signed(self) -> "Manifest":
        """Return the same manifest with its digest."""
        return self.model_copy(update={"digest": self.computed_digest()})

    def computed_digest(self) -> str:
        """SHA-256 of the content, in one way of writing it."""
        content = self.model_dump(mode="json", exclude={"digest"})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    @property
    def span(self) -> tuple[AwareDatetime, AwareDatetime]:
        """From the first to the last moment that any of the models learned from."""
        models = self.pairs.values()
        return min(m.trained_from_at for m in models), max(m.trained_until_at for m in models)


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a folder of frozen models, unchanged since it was written.

    Raises
    ------
    HostError
        If there is none, if it was edited, or if another version of Auriga wrote it.
    """
    file = folder / MANIFEST
    try:
        content: Any = json.loads(file.read_text())
    except FileNotFoundError:
        raise HostError(f"there are no frozen models in {folder}: it has no {MANIFEST}") from None
    except (OSError, ValueError) as error:
        raise HostError(f"{file} cannot be read: {clause(error)}") from None
    version = content.get("schema_version") if isinstance(content, dict) else None
    if version != SCHEMA:
        raise HostError(f"{file} has schema {version}, this version of Auriga reads {SCHEMA}; freeze again")
    try:
        manifest = Manifest.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise HostError(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if manifest.computed_digest() != manifest.digest:
        raise HostError(f"{file} was changed after it was written (its digest differs); freeze again")
    return manifest
