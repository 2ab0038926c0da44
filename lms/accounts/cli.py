"""``lms people …``: what an operator needs without a browser."""

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import with_appcontext

from lms import db
from lms.accounts import queries, services
from lms.accounts.models import LinkPurpose
from lms.accounts.services.people import Names
from lms.i18n import _
from lms.permissions import INSTITUTE, Role
from lms.web.links import absolute


@click.group()
def people() -> None:
    """People, without a browser."""


@people.command(
    "create-admin", epilog="Example: lms people create-admin salma@institut.example --given Salma --family Amrani"
)
@click.argument("email")
@click.option("--given", required=True, help="Given name.")
@click.option("--family", required=True, help="Family name.")
@with_appcontext
def create_admin(email: str, given: str, family: str) -> None:
    """Make EMAIL an administrator, and print the link with which they choose their password, once, within 14 days.

    Somebody who is known already is given the role; they sign in as before.
    """
    try:
        address = validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise click.BadParameter(str(error), param_hint="EMAIL") from None
    with db.transaction():
        user = queries.user_by_email(address) or services.invite(address, Names(given, family), by=INSTITUTE)
        services.grant_role(user.id, Role.ADMIN, by=INSTITUTE)
        token = None if user.password_hash else services.make_link(user.id, LinkPurpose.INVITATION)
    if token is None:
        click.echo(_("%(name)s is an administrator now, and signs in as before.", name=user.name))
    else:
        click.echo(absolute("accounts.invitation", token=token))
