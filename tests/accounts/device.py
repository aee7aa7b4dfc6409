"""A device that makes and uses passkeys, as a browser would show it to our pages."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, UNLOCKED, WITH_KEY = 0x01, 0x04, 0x40


class Device:
    """One passkey, unlocked by its person unless told otherwise."""

    def __init__(self, origin: str = "http://localhost") -> None:
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.handle = b""
        self.count = 0

    def make(self, options: dict[str, Any], *, unlocked: bool = True) -> str:
        """Answer a page that asks for a new passkey."""
        self.handle = _bytes(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps(
            {
                1: 2,
                3: -7,
                -1: 1,
                -2: numbers.x.to_bytes(32, "big"),
                -3: numbers.y.to_bytes(32, "big"),
            }
        )
        flags = PRESENT | WITH_KEY | (UNLOCKED if unlocked else 0)
        data = self._data(options["rp"]["id"], flags)
        data += bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        return self._answer(
            {
                "attestationObject": _text(attestation),
                "clientDataJSON": _text(client),
                "transports": ["internal", "hybrid"],
            }
        )

    def use(self, options: dict[str, Any], *, unlocked: bool = True) -> str:
        """Answer a page that asks to sign in."""
        self.count += 1
        flags = PRESENT | (UNLOCKED if unlocked else 0)
        data = self._data(options["rpId"], flags)
        client = self._client("webauthn.get", options["challenge"])
        signed = data + hashlib.sha256(client).digest()
        return self._answer(
            {
                "authenticatorData": _text(data),
                "clientDataJSON": _text(client),
                "signature": _text(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": _text(self.handle),
            }
        )

    def _data(self, rp_id: str, flags: int) -> bytes:
        counter = self.count.to_bytes(4, "big")
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + counter

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        return json.dumps(
            {
                "id": _text(self.id),
                "rawId": _text(self.id),
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
