"""Write access_matrix.txt from the address map: ``python -m tests.write_access_matrix``. Then read the difference."""

import tempfile
from pathlib import Path

from lms import create_app
from lms.settings import CHECKOUT, Settings
from tests.test_access import REVIEWED, declared


def main() -> None:
    data = Path(tempfile.mkdtemp())
    app = create_app(Settings(
        env="development", data=data, database=f"sqlite:///{data / 'lms.sqlite'}", files=str(data / "files"),
        secret_key="tests-only-" * 4, base_url="http://localhost", courses=CHECKOUT / "courses",
    ))  # fmt: skip
    head = "# Endpoint and who gets in; +fresh asks for the password again. Read over by a person at every change.\n"
    REVIEWED.write_text(head + "".join(f"{endpoint} {needs}\n" for endpoint, needs in sorted(declared(app).items())))


if __name__ == "__main__":
    main()
