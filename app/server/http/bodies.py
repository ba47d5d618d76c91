"""Request bodies: decoded once, strictly (``"5"`` is no number), with our words when refused."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from functools import lru_cache
from typing import Any, TypeVar, cast

import msgspec
from litestar._openapi.schema_generation import SchemaCreator
from litestar.dto import AbstractDTO
from litestar.dto.data_structures import DTOFieldDefinition
from litestar.openapi.spec import Reference, Schema
from litestar.typing import FieldDefinition

from app.server.http.problems import decoded

T = TypeVar("T")


@lru_cache(maxsize=64)
def _decoder(message: Hashable) -> Callable[[bytes], Any]:
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(message)
    return decoder.decode


class StrictBody(AbstractDTO[T]):
    """``dto=StrictBody[Message]`` on a handler whose ``data`` is that message."""

    def decode_bytes(self, value: bytes) -> Any:
        """Decode a body.

        Raises:
            KBeanError: ``bad_request``, ``validation_failed`` or the field's own code.
        """
        return decoded(_decoder(cast("Hashable", self.model_type)), value)

    @classmethod
    def create_for_field_definition(
        cls, field_definition: FieldDefinition, handler_id: str, backend_cls: Any = None
    ) -> None:
        """Nothing to prepare: the message is its own transfer model."""

    @classmethod
    def create_openapi_schema(
        cls, field_definition: FieldDefinition, handler_id: str, schema_creator: SchemaCreator
    ) -> Reference | Schema:
        """The message as it is."""
        return schema_creator.for_field_definition(field_definition)

    @classmethod
    def generate_field_definitions(cls, model_type: type[Any]) -> Iterator[DTOFieldDefinition]:  # type: ignore[override]
        """None: nothing is transferred field by field."""
        yield from ()

    @classmethod
    def detect_nested_field(cls, field_definition: FieldDefinition) -> bool:
        """No field is looked at one by one."""
        return False
