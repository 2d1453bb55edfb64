"""Fetch bundles: over HTTPS, from a bucket, or from a folder."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sphinxext_opsdocs.config.network import Fetching
from sphinxext_opsdocs.config.schema import is_address
from sphinxext_opsdocs.network.download import Download, Downloader, DownloadError
from sphinxext_opsdocs.storage import UnreadableError, read_raw

__all__ = ["BUCKET_SCHEMES", "BundleFetcher"]

BUCKET_SCHEMES = ("s3://", "gs://", "az://")


class BundleFetcher:
    """Fetches bundles under the rules of a fleet; several threads may share it."""

    def __init__(self, rules: Fetching, folder: Path) -> None:
        """``folder`` is what relative paths start from."""
        self._rules, self._folder = rules, folder
        self._thread = threading.local()

    def fetch(self, address: str, etag: str = "", modified: str = "") -> Download:
        """Return a bundle, or that it has not changed. Raises DownloadError."""
        if is_address(address):
            return self._downloader().get(address, etag, modified)
        if address.startswith(BUCKET_SCHEMES):
            return self._from_bucket(address, etag)
        if "://" in address:
            scheme = address.partition("://")[0]
            raise DownloadError(f'its scheme must be https, s3, gs or az, not "{scheme}"')
        return self._from_folder(address, etag)

    def _downloader(self) -> Downloader:
        # a session of requests is not safe to share between threads
        if not hasattr(self._thread, "downloader"):
            self._thread.downloader = Downloader(self._rules)
        downloader: Downloader = self._thread.downloader
        return downloader

    def _from_folder(self, address: str, etag: str) -> Download:
        path = self._folder / address
        try:
            status = path.stat()
            tag = f"{status.st_mtime_ns}-{status.st_size}"
            if tag == etag:
                return Download(None, tag)
            return Download(read_raw(path, self._limit), tag)
        except FileNotFoundError:
            raise DownloadError(
                f'there is no "{path}"; is its folder that of a built site, and does opsdocs.toml '
                "there say bundle = true?"
            ) from None
        except OSError as error:
            raise DownloadError(f"{path}: {error.strerror or error}") from None
        except UnreadableError as error:
            raise DownloadError(str(error)) from None

    def _from_bucket(self, address: str, etag: str) -> Download:
        bucket, _, key = address.partition("://")[2].partition("/")
        scheme = address.partition("://")[0]
        try:
            import obstore
            from obstore.exceptions import BaseError, NotModifiedError
            from obstore.store import from_url
        except ImportError:
            raise DownloadError(
                'buckets need the extra: pip install "sphinxext-opsdocs[fleet-buckets]"'
            ) from None
        try:
            open_store: Callable[..., Any] = from_url
            settings = {"timeout": f"{self._rules.timeout:g}s"}
            if self._rules.allow_http:
                settings["allow_http"] = "true"
            store = open_store(f"{scheme}://{bucket}", client_options=settings)
            options: Any = {"if_none_match": etag} if etag else {}
            answer = obstore.get(store, key, options=options)
            if answer.meta["size"] > self._limit:
                raise DownloadError(f"is larger than sync.max_size ({self._rules.max_size} MiB)")
            return Download(bytes(answer.bytes()), answer.meta["e_tag"] or "")
        except NotModifiedError:
            return Download(None, etag)
        except FileNotFoundError:
            raise DownloadError("the bucket does not have it") from None
        # its message may contain the address with a signature
        except (BaseError, OSError) as error:
            raise DownloadError(
                f"the bucket does not give it ({type(error).__name__}); check its address, its "
                "region and the credentials in the environment"
            ) from None

    @property
    def _limit(self) -> int:
        return self._rules.max_size * 1024 * 1024
