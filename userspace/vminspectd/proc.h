/* SPDX-License-Identifier: GPL-2.0 */
/* What /proc tells of one process, whose folder is open. */
#ifndef VMI_VMINSPECTD_PROC_H
#define VMI_VMINSPECTD_PROC_H

#include <stdbool.h>

#define PROC_STATUS_BYTES (32 * 1024)	/* with some thousand groups in it; one with more is not shown */

/*
 * What errno means after a file of /proc could not be opened or looked at: -ESRCH: the process has gone; -EACCES: it is
 * not to be seen; -EMFILE, -ENFILE, -ENOMEM: there is no room to look.
 */
int proc_error(void);

/* The whole file "status", as far as there is room for it. 0 or an error as above. */
int proc_read_status(int folder, char text[PROC_STATUS_BYTES]);

/* Whether the process is in our own user namespace; false, too, if that cannot be found out. */
bool proc_is_in_our_namespace(int folder);

#endif /* VMI_VMINSPECTD_PROC_H */
