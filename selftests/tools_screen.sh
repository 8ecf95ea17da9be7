#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# vmitop on a terminal: what it draws at several sizes, keys, a change of size while it runs, and how it leaves.
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
set -u

# drive ROWS COLUMNS STEPS...: runs vmitop on a terminal of its own; a step is keys, or ROWSxCOLUMNS for a new size.
# Prints what came, without what moves the cursor and sets colours; status that of vmitop.
drive() {
	python3 - "$@" <<-'EOP'
		import fcntl, os, pty, re, select, signal, struct, sys, termios, time
		rows, columns, steps = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
		pid, fd = pty.fork()
		if pid == 0:
		    os.environ["TERM"] = os.environ.get("DRIVE_TERM", "xterm-256color")
		    time.sleep(0.3)
		    os.execvp("vmitop", ["vmitop", "--delay", "0.5"])
		def resize(rows, columns):
		    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
		def read(seconds):
		    data, end = b"", time.monotonic() + seconds
		    while time.monotonic() < end:
		        if select.select([fd], [], [], 0.1)[0]:
		            try:
		                data += os.read(fd, 65536)
		            except OSError:
		                break
		    return data
		resize(rows, columns)
		seen = read(3)
		for step in steps:
		    size = re.fullmatch(r"(\d+)x(\d+)", step)
		    if size:
		        resize(int(size[1]), int(size[2]))
		        os.kill(pid, signal.SIGWINCH)
		    else:
		        os.write(fd, step.encode().decode("unicode_escape").encode())
		    seen += read(1.5)
		end = time.monotonic() + 20
		while time.monotonic() < end:
		    done, status = os.waitpid(pid, os.WNOHANG)
		    if done:
		        break
		    seen += read(0.2)
		else:
		    os.kill(pid, signal.SIGKILL)
		    sys.exit(99)
		raw = seen
		sys.stdout.write(re.sub(r"\x1b(\[[0-9;?]*[a-zA-Z]|[()][A-Z0-9]|[=>78])", "\n",
		                        seen.decode("utf-8", "replace")))
		if b"\x1b[?1049h" in raw and b"\x1b[?1049l" not in raw:
		    print("the screen was not given back")
		    sys.exit(98)
		sys.exit(os.waitstatus_to_exitcode(status))
	EOP
}

# shows NAME TEXT ROWS COLUMNS STEPS...
shows() {
	local name=$1 text=$2 status=0

	shift 2
	drive "$@" >"$scratch/log" 2>&1 || status=$?
	[ "$status" -eq 0 ] && grep -q "$text" "$scratch/log"
	result $? "$name"
}

plan 10
shows "the processes at 80x24, and q ends it" "COMMAND" 24 80 q
shows "the processes at 200x50" "COMMAND" 50 200 q
shows "Enter leads to the regions" "MAPPING" 24 80 '\r' q
shows "and to the map of pages" "a cell is" 24 80 '\r' '\r' q
shows "back again, another order, help" "any key: back" 24 80 '\r' '\x1b[D' s r h x q
shows "a new size while it runs" "MAPPING" 24 80 '50x200' '\r' '10x40' '24x80' q
shows "a terminal that is too small, then is not" "COMMAND" 3 10 '24x80' q
shows "Control-C ends it as q does" "COMMAND" 24 80 '\x03'
DRIVE_TERM=vt100 shows "a terminal without colours" "COMMAND" 24 80 '\r' q
status=0
DRIVE_TERM=dumb drive 24 80 >"$scratch/log" 2>&1 || status=$?
[ "$status" -eq 1 ] && grep -q "no terminal to draw on; --once" "$scratch/log"
result $? "a terminal that cannot be drawn on is refused, with what can be done instead"
finish
