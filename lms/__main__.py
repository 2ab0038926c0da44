"""``python -m lms …``: the operator's command."""

import click

from lms.catalogue.cli import courses


@click.group()
def main() -> None:
    """Takwin, from the command line."""


main.add_command(courses)

if __name__ == "__main__":
    main(prog_name="lms")
