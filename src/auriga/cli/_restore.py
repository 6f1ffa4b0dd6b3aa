"""`auriga restore`: put a backup back, verified before anything is touched."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from auriga.wording import counted


def restore(
    backup: Annotated[Path, typer.Argument(help="Archive or folder that auriga backup made")],
    userdir: Annotated[Path, typer.Option(help="Where everything goes")] = Path("user_data"),
    force: Annotated[bool, typer.Option("--force", help="Keep aside what is in the way")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Only check the backup")] = False,
) -> None:
    """Restore a bot from a backup; stop the bot first."""
    from auriga.host.backup import restore_backup, verify_backup

    console = Console(highlight=False, soft_wrap=True, markup=False)
    if verify:
        manifest = verify_backup(backup)
        console.print(
            f"{backup} of {manifest.created_at:%Y-%m-%d %H:%M} UTC is sound: "
            f"{counted(len(manifest.files), 'file')}"
        )
        return
    done = restore_backup(backup, userdir, force=force)
    console.print(
        f"{counted(len(done.manifest.files), 'file')} of {done.manifest.created_at:%Y-%m-%d %H:%M} UTC "
        "restored:"
    )
    for unit in done.manifest.units:
        console.print(f"  {unit}")
    if done.aside is not None:
        console.print(f"What was there before is kept in {done.aside}")
    for warning in done.manifest.warnings:
        console.print(f"Note: {warning}", style="bold")
    console.print("Next:")
    for step in done.steps:
        console.print(f"  {step}")
