"""Counts of what a choice would do, before it is made (shown wherever copies are touched)."""

from pydantic import BaseModel, Field

from vizavi.connections.previews import Preview


class PreviewOut(BaseModel):
    create: int = Field(description="Copies that appear in external calendars.")
    change: int
    remove: int
    move: int = Field(description="Copies that move to another calendar.")
    load: int = Field(description="Appointments that become events here.")
    drop: int = Field(description="Busy times forgotten here.")
    wipe: int = Field(description="Titles of busy times forgotten here.")
    mailed: int = Field(description="People whom the external calendar mails.")
    stay: int = Field(description="Copies left there as they are.")
    wait: int = Field(description="Events whose responsible person has no calendar.")


def shown_preview(preview: Preview) -> PreviewOut:
    return PreviewOut(**{name: getattr(preview, name) for name in PreviewOut.model_fields})
