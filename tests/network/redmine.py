"""Redmine itself, as Debian packages it, on a database of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import skip

__all__ = ["free_port", "running_redmine"]

REDMINE = Path("/usr/share/redmine")
REDMINE_DATABASE = Path(
    "/var/lib/dbconfig-common/sqlite3/redmine/instances/default/redmine_default"
)
SEED = """
Setting.rest_api_enabled = '1'
user = User.find_by_login('admin')
user.update!(must_change_passwd: false)
states = {'New' => false, 'Closed' => true, 'Rejected' => true}.map do |name, closed|
  IssueStatus.find_or_create_by!(name: name) { |status| status.is_closed = closed }
end
kind = Tracker.first || Tracker.create!(name: 'Bug', default_status: states[0])
priority = IssuePriority.first || IssuePriority.create!(name: 'Normal', is_default: true)
project = Project.create!(name: 'API', identifier: 'api', is_public: true, trackers: [kind])
states.each_with_index do |state, index|
  Issue.create!(project: project, tracker: kind, author: user, subject: "Issue #{index + 1}",
                status: state, priority: priority)
end
puts "KEY #{user.api_key}"
"""


@contextmanager
def running_redmine(folder: Path) -> Iterator[tuple[str, str]]:
    """Run it with three issues in project ``api``; yield its address and a key for its API."""
    if not REDMINE_DATABASE.is_file():
        skip("Redmine (Debian's packages redmine, redmine-sqlite and puma)")
    database = folder / "redmine.sqlite"
    database.write_bytes(REDMINE_DATABASE.read_bytes())
    seed = folder / "seed.rb"
    seed.write_text(SEED)
    environment = os.environ | {
        "RAILS_ENV": "production",
        "DATABASE_URL": f"sqlite3:{database}",
    }
    done = subprocess.run(
        ["ruby", "bin/rails", "runner", str(seed)],
        cwd=REDMINE, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "KEY " in done.stdout, done.stdout + done.stderr
    key = done.stdout.partition("KEY ")[2].split()[0]
    port = free_port()
    server = subprocess.Popen(
        ["puma", "-e", "production", "-b", f"tcp://127.0.0.1:{port}", "config.ru"],
        cwd=REDMINE, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        yield address, key
    finally:
        server.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(address: str) -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{address}/issues.json", timeout=5).read()
            return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the server did not start")
