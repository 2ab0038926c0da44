"""Certificates, and how anyone checks them."""
