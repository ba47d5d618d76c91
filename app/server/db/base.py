"""The one :data:`metadata` every domain's ``tables.py`` hangs its tables on, and the column types.

Times are Unix milliseconds in ``BigInteger`` columns and money is minor units in ``BigInteger``
columns, exactly as they travel in messages, so nothing is converted on the way through.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Named constraints everywhere: a migration must be able to name what it changes."""

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
"""A UUIDv7: native ``uuid`` on PostgreSQL, 36 characters on SQLite, ``str`` in Python on both."""

Millis = sa.BigInteger
"""A moment: Unix milliseconds, UTC."""

Minor = sa.BigInteger
"""An amount in minor units of its currency."""

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A numbered row's primary key; on SQLite exactly INTEGER, so that it is the row's own address."""
