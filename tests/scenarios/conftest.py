"""The same office as in the service tests."""

from tests.support.office import Office, office, sandbox, sergey, starts

__all__ = ["Office", "office", "sandbox", "sergey", "starts"]
