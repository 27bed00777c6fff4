"""Warnings for editors: what a valid seed file probably lacks, or has by mistake (`python -m seeds check`)."""
