"""Exemption by prior learning: what somebody proves they know already, judged, and what it spares them."""
