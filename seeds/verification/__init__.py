"""Find the figures of a seed file again in the kept text of a source (`python -m seeds verify-source`).

Characters are compared after declared normalisations, and never fuzzily.
"""
