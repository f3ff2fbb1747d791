"""A real IMAP server on loopback: Dovecot, as the user who runs the tests, with one mailbox in a folder of its own.

`make test` finds it, or installs it on Debian (scripts/find-dovecot). Nothing of the machine's own Dovecot is used.
"""

import getpass
import grp
import imaplib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

from tests.system.waiting import until

FINDER = Path(__file__).resolve().parents[2] / "scripts" / "find-dovecot"
USER, PASSWORD = "support@psychpath.com.au", "only:for/tests"
CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 0
last_valid_uid = 0
mail_location = maildir:{home}/mail
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={keeper} gid={keepers} home={home}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Mailbox:
    """INBOX of the support address: `url` for IMAP_URL; `put` is what a mail server would do."""

    def __init__(self, port: int) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="psychpath-imap-"))
        self.port = port
        self.url = f"imap://{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/INBOX"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = os.environ.get("DOVECOT") or _found()
        user, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
        # Run by root it insists on somebody else for logins and mails; anybody else runs all of it.
        login, keeper = ("dovenull", "dovecot") if os.getuid() == 0 else (user, user)
        keepers = grp.getgrgid(pwd.getpwnam(keeper).pw_gid).gr_name
        (self.home / "mail").mkdir()
        if keeper != user:
            shutil.chown(self.home / "mail", keeper, keepers)
        configuration = self.home / "dovecot.conf"
        configuration.write_text(
            CONFIGURATION.format(
                home=self.home,
                user=user,
                group=group,
                login=login,
                keeper=keeper,
                keepers=keepers,
                port=self.port,
                password=PASSWORD,
            )
        )
        self.home.chmod(0o755)  # its login processes look for their sockets in there
        command = [program, "-F", "-c", str(configuration)]
        with (self.home / "out").open("wb") as out:
            self._process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
        until(self._answers, 20, what=f"dovecot answers\n{self.log()}")

    def _answers(self) -> bool:
        try:
            self.session().logout()
        except (OSError, imaplib.IMAP4.error):
            return False
        return True

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait(10)
        shutil.rmtree(self.home, ignore_errors=True)

    def kill(self) -> None:
        """The machine goes dark; the mails stay on its disk."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)

    def session(self) -> imaplib.IMAP4:
        """Signed in, as a person's mail program is."""
        session = imaplib.IMAP4("127.0.0.1", self.port, timeout=5)
        try:
            session.login(USER, PASSWORD)
        except Exception:
            session.shutdown()
            raise
        return session

    def put(self, raw: bytes, flags: str = "") -> None:
        """A mail arrives."""
        session = self.session()
        answer, _ = session.append("INBOX", flags, "", raw)
        assert answer == "OK"
        session.logout()

    def flags(self) -> list[bytes]:
        """Of every mail there is, in order."""
        session = self.session()
        session.select("INBOX", readonly=True)
        _, found = session.search(None, "ALL")
        lines = session.fetch(b",".join(found[0].split()).decode(), "(FLAGS)")[1] if found[0] else []
        session.logout()
        return [bytes(line) for line in lines if isinstance(line, bytes)]

    def log(self) -> str:
        """What the server says of itself."""
        return "\n".join(
            (self.home / name).read_text(errors="replace")
            for name in ("out", "log")
            if (self.home / name).exists()
        )


def _found() -> str:
    done = subprocess.run(["sh", str(FINDER)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
