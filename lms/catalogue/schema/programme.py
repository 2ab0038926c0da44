"""``programmes/<programme>.yaml``: which modules a cohort follows, and what completing them earns."""

from typing import Annotated, Literal

from pydantic import Field

from lms.catalogue.schema.course import Track
from lms.competencies.schema import AtLeastOne, Code, ProgrammeCode, Sheet, Text, Title


class CertificateOffer(Sheet):
    """What the programme ends in. ``validity_months`` ``None``: the certificate has no end."""

    kind: Literal["CMP", "ATT", "HAB"]
    title: Title
    validity_months: Annotated[int, Field(strict=True, ge=1, le=240)] | None


class Programme(Sheet):
    code: ProgrammeCode
    track: Track
    title: Title
    summary: Text
    audience: Text
    modules: AtLeastOne[Code]
    certificate: CertificateOffer
