"""A column that follows from the row's other fields."""

from typing import Any

from django.db import models


class DerivedField(models.CharField):  # type: ignore[type-arg] # generic in the stubs only
    """Filled at every save from the model's property `source`; to migrations it is plain text.

    The databases cannot fold Russian letters alike, so this is no GeneratedField.
    """

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        kwargs |= {"blank": True, "editable": False}
        super().__init__(*args, **kwargs)
        self.source = source

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = str(getattr(model_instance, self.source))[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
