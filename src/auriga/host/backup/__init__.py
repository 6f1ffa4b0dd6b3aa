"""Backup and restore of a bot."""

from auriga.host.backup._backup import write_backup
from auriga.host.backup._manifest import BackupManifest
from auriga.host.backup._restore import Restored, restore_backup, verify_backup

__all__ = [
    "BackupManifest",
    "Restored",
    "restore_backup",
    "verify_backup",
    "write_backup",
]
