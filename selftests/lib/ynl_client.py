# SPDX-License-Identifier: GPL-2.0
"""
The kernel's own client for netlink specifications, asked many times in one process: it takes seconds to start and to
read a specification where guests are emulated. Each request is a run of its main(), with a socket of its own.

	python3 ynl_client.py FOLDER-OF-CLI.PY OUT ERR

A request is a line of arguments with tabs between them. What it prints is in OUT and ERR when its exit status, a line,
is answered.
"""
import contextlib
import copy
import functools
import gc
import os
import sys
import traceback

import yaml

folder, out_path, err_path = sys.argv[1:]
sys.path.insert(0, folder)
import cli  # noqa: E402  (found by the path above)

read_yaml = functools.cache(yaml.safe_load)
# The client changes what it has read.
yaml.safe_load = lambda stream: copy.deepcopy(read_yaml(stream.read()))


def run(arguments):
    sys.argv = ["cli.py", *arguments]
    try:
        cli.main()
    except SystemExit as end:
        return end.code or 0
    except Exception:
        traceback.print_exc()
        return 1
    finally:
        gc.collect()  # The request's socket is closed with its family, which refers to itself.
    return 0


# exit(), by which the client ends after an error, closes the standard input.
requests, sys.stdin = sys.stdin, open(os.devnull)
for line in requests:
    with open(out_path, "w") as out, open(err_path, "w") as err:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = run(line.rstrip("\n").split("\t"))
    print(status, flush=True)
