"""The card of an event: planning, editing, its moves, its sync state."""
