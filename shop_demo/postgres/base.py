"""Django's PostgreSQL engine over the embedded server."""

from typing import Any

from django.db.backends.postgresql import base

from shop_demo.postgres import server


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL as Django knows it; the address comes from the server that we start, and a missing shop is made."""

    def get_connection_params(self) -> dict[str, Any]:
        """The parameters of Django's own engine, at the embedded server."""
        params: dict[str, Any] = super().get_connection_params()
        return params | {"host": str(server.socket_folder()), "user": "postgres"}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connects; the very first time, makes the shop's empty database."""
        server.ensure_database(conn_params)
        return super().get_new_connection(conn_params)
