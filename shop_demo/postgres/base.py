"""Django's PostgreSQL engine over the embedded server."""

from typing import Any

from django.db.backends.postgresql import base

from shop_demo.postgres import server


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL as Django knows it; only the address comes from the server that we start."""

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        return params | {"host": str(server.socket_folder()), "user": "postgres"}
