"""What whom an announcement is for is called on screen."""

from lms.i18n import lazy as _
from lms.notifications.models import Audience

AUDIENCES = {
    Audience.COHORT: _("Everybody in the cohort"),
    Audience.GROUP: _("One group"),
    Audience.AT_RISK: _("Those at risk"),
    Audience.CHOSEN: _("People chosen one by one"),
}
