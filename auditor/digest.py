"""The hash function of fingerprints and rulesets, without the cryptography that hashlib loads beside it: OpenSSL."""

from __future__ import annotations

try:
    from _blake2 import blake2b as blake2b  # what hashlib.blake2b is
except ImportError:  # an interpreter that keeps it elsewhere
    from hashlib import blake2b as blake2b
