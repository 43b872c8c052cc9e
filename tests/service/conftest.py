"""The office of the service tests: see tests/support/office.py."""

from tests.support.office import Office, office, sandbox, sergey, starts

__all__ = ["Office", "office", "sandbox", "sergey", "starts"]
