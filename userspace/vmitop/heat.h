/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How hot memory is, from 0 (nothing there) over 1 (cold) to HEAT_LEVELS (hot). By the ages that a policy of the watch
 * gives to the pages, the one with the finest ages; without a watch by accessed bits alone, which the kernel seldom
 * clears. Ages grow with use for some policies and with idleness for others.
 */
#ifndef VMI_VMITOP_HEAT_H
#define VMI_VMITOP_HEAT_H

#include "canvas.h"
#include "lib/vminspect.h"

uint32_t heat_of_region(const struct vmi_region *region);

/*
 * A strip of `width` cells for the resident pages of all regions, one behind the other: each cell the heat of its part.
 */
void heat_strip(const struct vmi_region_list *regions, uint32_t *levels, size_t width);

/* The ages of a region's pages, a cell a bucket from the coldest to the hottest, as levels; zeros without a watch. */
void heat_histogram(const struct vmi_region *region, uint32_t levels[HEAT_LEVELS]);

/* Draws levels; `utf8` with bars of different heights, else with characters of different weight. */
void heat_draw(struct canvas *canvas, size_t row, size_t column, const uint32_t *levels, size_t width, _Bool utf8);

#endif /* VMI_VMITOP_HEAT_H */
