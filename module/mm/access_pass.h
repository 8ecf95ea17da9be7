/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One pass over the pages of a watched address space: what is mapped, and what was touched.
 *
 * A page is touched when the processor has set the accessed bit of its entry since somebody cleared it. What a pass
 * does about the bits is its action:
 *
 *	LOOK	writes nothing
 *	BORROW	the start of a window: clears the bits that are set and enters them in the ledger; tells nobody
 *	RETURN	the end of a window: looks, and sets every borrowed bit again whose entry still maps the same frame
 *	TAKE	looks and clears; the ledger keeps what was taken until a RETURN, and the kernel's reclaim is told at
 *		once where it has a flag for it (vmi_accessed_can_hand_over())
 *
 * The bit is not ours alone: reclaim clears it, and so does DAMON for the pages that it samples; Debian's 7.2 runs it
 * from boot on (damon_stat). What they have cleared looks untouched until it is touched again.
 *
 * All actions but BORROW tell the mirror what they saw. hugetlbfs, PFN maps and I/O are left out, as are the zero
 * pages: reclaim has nothing to do with them.
 */
#ifndef VMI_MM_ACCESS_PASS_H
#define VMI_MM_ACCESS_PASS_H

#include "core/ledger.h"
#include "core/shadow.h"
#include "mm/target.h"

enum vmi_access_action {
	VMI_ACCESS_LOOK,
	VMI_ACCESS_BORROW,
	VMI_ACCESS_RETURN,
	VMI_ACCESS_TAKE,
};

/* What a pass is to do, to whom. */
struct vmi_access_request {
	struct pid *process;
	enum vmi_access_action action;
	unsigned int wait_ms;		/* for the mmap lock, at each hold; as in struct vmi_target */
	bool all_pages;			/* see whether untouched pages are what they were, too */
	bool flush_tlb;	/* after clearing bits, so that entries held in TLBs do not hide the next access */
	struct vmi_ledger *ledger;	/* NULL is allowed for LOOK only */
	struct vmi_mirror *mirror;	/* told of what is seen; NULL for BORROW, and for RETURN to only give back */
};

struct vmi_access_result {
	u64 entries;			/* gone through, empty ones included */
	u64 cleared;			/* bits */
	u64 returned;			/* bits set again */
	u64 unreturned;			/* borrowed, but no entry maps that frame any more; RETURN only */
	struct vmi_hold_stats holds;
	struct vmi_pass_stats pass;	/* what the mirror made of it; not for BORROW */
};

struct vmi_access_pass;			/* buffers, about 250 KiB; reused from pass to pass */

/* NULL when there is no memory. May sleep. */
struct vmi_access_pass *vmi_access_pass_create(void);
void vmi_access_pass_destroy(struct vmi_access_pass *pass);

/*
 * Does one pass. 0; -ESRCH when the process is gone or has no address space (borrowed bits are gone with it);
 * -ENOMEM, -EBUSY, -EINTR when it was broken off: the part that was done stands, and bits borrowed stay in the ledger,
 * also what a RETURN has not come to. May sleep. The caller serialises calls with one mirror or ledger.
 */
int vmi_access_pass_run(struct vmi_access_pass *pass, const struct vmi_access_request *request,
			struct vmi_access_result *ret);

#endif /* VMI_MM_ACCESS_PASS_H */
