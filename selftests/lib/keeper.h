/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A worker that keeps a pattern in its memory and stops; whatever happened meanwhile, the pattern must still be there.
 */
#ifndef SELFTESTS_KEEPER_H
#define SELFTESTS_KEEPER_H

#include "slab.h"
#include "worker.h"

#define KEEPER_PAGES 4096

/* Starts one, and waits until it has written its memory and stopped. */
bool keeper_start(struct worker *keeper);

/* Has it look: true when all is as it was. It has ended afterwards. */
bool keeper_end(struct worker *keeper);

/*
 * The end of a test that did its worst: true when the keeper has what it had, the module could be unloaded, kernel
 * memory is back at what it was before, each within `seconds`, and the module is loaded again.
 */
bool keeper_unharmed(struct worker *keeper, const struct slab_counts *before, int seconds);

#endif /* SELFTESTS_KEEPER_H */
