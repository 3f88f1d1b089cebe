"""career-advisor models: the local weights."""

from __future__ import annotations

import click

from advisor.commands.terminal import show_progress

_BYTES = {"unit": "B", "unit_scale": True}


@click.group()
def models() -> None:
    """List, pull or verify the weights that run on this machine.

    \b
    career-advisor models pull
    """


@models.command("list")
def list_models() -> None:
    """Show which weights there are and where they belong.

    \b
    career-advisor models list
    """
    from advisor.settings import Settings
    from advisor.weights import list_weights

    for weight in list_weights(Settings().data_dir):
        click.echo(f"{weight.name}  {weight.bytes / 1e9:.1f} GB  {weight.licence}  {weight.state}")
        click.echo(f"  {weight.path}")


@models.command()
def pull() -> None:
    """Fetch the language model (1.1 GB), proven by its sha256; an interrupted pull goes on where it stopped.

    \b
    career-advisor models pull
    """
    from advisor.settings import Settings
    from advisor.weights import pull_weights

    with show_progress("Fetching the local model", **_BYTES) as progress:
        path = pull_weights(Settings().data_dir, progress)
    click.echo(f"The local model is in {path}, and it is the published one.")


@models.command()
def verify() -> None:
    """Hash all weights and compare them with what was published.

    \b
    career-advisor models verify
    """
    from advisor.settings import Settings
    from advisor.weights import verify_weights
    from ingest.onnx_export import verify_export

    settings = Settings()
    click.echo(f"The embedding model in {verify_export(settings.data_dir)} is as it was exported.")
    with show_progress("Verifying the local model", **_BYTES) as progress:
        path = verify_weights(settings.data_dir, progress)
    click.echo(f"The local model in {path} is the published one.")
