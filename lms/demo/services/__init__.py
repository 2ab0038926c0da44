"""The demo intake loaded: one transaction for all that happened, then the jobs that seal its certificates."""

from lms.demo.services.cast import Progress
from lms.demo.services.finishing import finish
from lms.demo.services.loading import NoKey, NotEmpty, NothingToFollow, load

__all__ = ["NoKey", "NotEmpty", "NothingToFollow", "Progress", "finish", "load"]
