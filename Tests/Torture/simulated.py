"""A server of an index of simulated meters, in a folder of its own that is removed with it."""

import datetime
import shutil
import subprocess
import tempfile

from gridkin import Grid, Server

START = datetime.datetime(2023, 1, 1)


def time(hour):
    return (START + datetime.timedelta(hours=hour)).strftime("%Y-%m-%dT%H:00:00Z")


class SimulatedServer(Server):
    """Serves `grid`, four hourly meters of 120 days, on a port that the system chooses, with TLS or without."""

    DAYS = 120
    METERS = 4
    WARM_UP_HOURS = 24 * 30

    def __init__(self, *options, tls=False):
        self.home = tempfile.mkdtemp(prefix="gridkin-torture-")
        grid = Grid(
            self.home, "grid", self.METERS, 3600, self.DAYS, known=self.DAYS, start=START.strftime("%Y-%m-%d")
        )
        grid.gridkin.run("build", "grid", *grid.build)
        self.gridkin = grid.gridkin
        self.rows = list(grid.rows())
        self.meters = sorted({meter for _, meter, _ in self.rows})
        certificate = None
        if tls:
            certificate, key = self.certify()
            options += ("--tls-cert", certificate, "--tls-key", key)
        super().__init__(self.home, "grid", options=options, tcp=True, certificate=certificate)

    def __exit__(self, *_):
        super().__exit__()
        shutil.rmtree(self.home)

    def certify(self):
        """A self-signed certificate for this machine, valid for two days, and its key."""
        certificate, key = self.home + "/certificate", self.home + "/key"
        subprocess.run(
            "umask 077; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=grid"
            f" -addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {certificate} 2>/dev/null",
            shell=True,
            check=True,
        )
        return certificate, key

    def questions(self):
        """Readings that the index holds, after their meters have warmed up, as QUERY asks about them."""
        for moment, meter, value in self.rows:
            if value != "-" and moment >= time(self.WARM_UP_HOURS):
                yield f"{meter} {moment} {value}"
