"""The processes of an installation: web, worker, sandbox, and who looks after them."""
