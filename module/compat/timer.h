/* SPDX-License-Identifier: GPL-2.0 */
/* Timers on the stack. */
#ifndef VMI_COMPAT_TIMER_H
#define VMI_COMPAT_TIMER_H

#include <linux/timer.h>

/* To be called once a timer of timer_setup_on_stack() has been deleted. 6.16 has renamed it. */
static inline void vmi_timer_destroy_on_stack(struct timer_list *timer)
{
#ifdef VMI_HAVE_TIMER_DESTROY_ON_STACK
	timer_destroy_on_stack(timer);
#else
	destroy_timer_on_stack(timer);
#endif
}

#endif /* VMI_COMPAT_TIMER_H */
