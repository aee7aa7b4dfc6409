"""What a driver raises where it is asked directly, as SQLAlchemy would raise it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from types import TracebackType

    from pdportal.db.reading import Reading


class sqlalchemy_errors:  # noqa: N801  # a context manager, written like a function
    """Within the block the driver's errors become SQLAlchemy's; a lost connection is invalidated.

    `text` is the statement. A class, since a generator would cost a hot page as much as a row.
    """

    def __init__(self, text: str, connection: Connection | Reading) -> None:
        self._text = text
        self._connection = connection

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> Literal[False]:
        if error is None:
            return False
        dialect = self._connection.dialect
        driver = dialect.loaded_dbapi.Error
        if isinstance(error, driver):
            raise self._wrapped(error, driver) from error
        return False

    def _wrapped(self, error: Exception, driver: type[Exception]) -> BaseException:
        dialect = self._connection.dialect
        dbapi: Any = self._connection.connection.dbapi_connection
        is_lost = dialect.is_disconnect(cast(Any, error), dbapi, None)
        if is_lost:
            self._connection.invalidate(error)
        return DBAPIError.instance(
            self._text,
            None,
            error,
            driver,
            hide_parameters=True,
            connection_invalidated=is_lost,
            dialect=dialect,
        )
