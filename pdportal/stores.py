"""The stores that files lie in: a folder, or an S3 bucket, as the settings name them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, S3Store

from pdportal.setting_values import Bucket

INCOMING = "incoming"
"""Prefix of files that are still being received; what is old there was given up."""


class StorageUnavailable(OSError):
    """The store cannot be used; the message says why in one sentence, without any secret."""


def open_store(files: Path | Bucket, aws: dict[str, str]) -> LocalStore | S3Store:
    """The store that the settings name; `aws` holds the `AWS_…` variables that are set."""
    if isinstance(files, Path):
        return LocalStore(str(files), mkdir=True)
    endpoint, region = _endpoint(files, aws), _region(files, aws)
    config: dict[str, str] = {"region": region}
    if endpoint:
        config["aws_endpoint_url_s3"] = endpoint
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        if name in aws:
            config[name.lower()] = aws[name]
    return S3Store(
        files.name,
        prefix=files.prefix or None,
        config=config,  # type: ignore[arg-type]  # a dict of the keys that it names
        client_options={
            "allow_http": bool(endpoint and endpoint.startswith("http:")),
            "connect_timeout": "5s",
            "timeout": "60s",
        },
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
    )


def bucket_origin(files: Path | Bucket, aws: dict[str, str]) -> str:
    """Scheme and host at which browsers get files from a bucket (`signed_address`)."""
    if isinstance(files, Path):
        return ""
    parts = urlsplit(_endpoint(files, aws) or f"https://s3.{_region(files, aws)}.amazonaws.com")
    return f"{parts.scheme}://{parts.netloc}"


def _endpoint(files: Bucket, aws: dict[str, str]) -> str:
    given = aws.get("AWS_ENDPOINT_URL_S3") or aws.get("AWS_ENDPOINT_URL")
    return files.endpoint or given or ""


def _region(files: Bucket, aws: dict[str, str]) -> str:
    return files.region or aws.get("AWS_REGION") or aws.get("AWS_DEFAULT_REGION") or "us-east-1"


@contextmanager
def plain_errors() -> Iterator[None]:
    """Let the errors of a store be `StorageUnavailable`."""
    try:
        yield
    except AlreadyExistsError:
        raise
    except BaseError as error:
        raise StorageUnavailable(why_unavailable(error)) from error


def try_to_write(store: LocalStore | S3Store) -> None:
    """Store, read and remove a file; raises `StorageUnavailable`."""
    key, content = f"{INCOMING}/trial-{secrets.token_hex(8)}", b"works" * 10_000
    with plain_errors():
        obstore.put(store, key, content, mode="create", use_multipart=False)
        came = bytes(obstore.get(store, key).bytes())
        obstore.delete(store, key)
    if came != content:
        raise StorageUnavailable("The store for files does not give back what it took.")


def why_unavailable(error: Exception) -> str:
    """What an error of the store means, in words for whoever runs the portal."""
    text = str(error)
    if "No space left" in text or "os error 28" in text or "os error 122" in text:
        return "The disk for files is full."
    if "NoSuchBucket" in text:
        return "The bucket for files does not exist."
    if "InvalidAccessKeyId" in text or "SignatureDoesNotMatch" in text:
        return "The store for files refuses its keys."
    if "AccessDenied" in text or "Forbidden" in text or "ermission" in text:
        return "The store for files refuses access."
    return "The store for files does not answer."
