// SPDX-License-Identifier: GPL-2.0
/* The files that show all watches. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "iface/procfs_watches.h"

#include <linux/capability.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "iface/watch_text.h"
#include "watch/watch_list.h"

/*
 * A position in a file is the id of the watch to show next, which stays right while watches come and go. Ids begin
 * at 1: position 0 of /proc/vminspect/watches is its head.
 */
static void *start_watches(struct seq_file *seq, loff_t *position)
{
	struct vmi_watch *watch = vmi_watch_list_next(min_t(loff_t, *position, U32_MAX));

	if (watch)
		*position = watch->id;
	return watch;
}

static void *start_head(struct seq_file *seq, loff_t *position)
{
	return *position ? start_watches(seq, position) : SEQ_START_TOKEN;
}

static void stop_watches(struct seq_file *seq, void *shown)
{
	if (shown && shown != SEQ_START_TOKEN)
		vmi_watch_put(shown);
}

static void *next_watch(struct seq_file *seq, void *shown, loff_t *position)
{
	*position = shown == SEQ_START_TOKEN ? 1 : (loff_t)((struct vmi_watch *)shown)->id + 1;
	stop_watches(seq, shown);
	return start_watches(seq, position);
}

static void begin_text(struct seq_file *seq, struct vmi_text *ret)
{
	char *buffer;
	size_t size = seq_get_buf(seq, &buffer);

	vmi_text_init(ret, buffer, size);
}

static int end_text(struct seq_file *seq, const struct vmi_text *text)
{
	seq_commit(seq, text->overflow ? -1 : (int)text->length);
	return 0;
}

static int show_text(struct seq_file *seq, struct vmi_watch *watch,
		     void (*put)(struct vmi_text *text, const struct vmi_watch *watch))
{
	struct vmi_text text;

	begin_text(seq, &text);
	mutex_lock(&watch->lock);
	put(&text, watch);
	mutex_unlock(&watch->lock);
	return end_text(seq, &text);
}

static int show_watch(struct seq_file *seq, void *shown)
{
	struct vmi_text text;

	if (shown != SEQ_START_TOKEN)
		return show_text(seq, shown, vmi_put_watch_line);
	begin_text(seq, &text);
	vmi_put_watches_head(&text);
	return end_text(seq, &text);
}

static int show_policies(struct seq_file *seq, void *shown)
{
	return show_text(seq, shown, vmi_put_watch_policies);
}

static const struct seq_operations watches_operations = {
	.start = start_head,
	.next = next_watch,
	.stop = stop_watches,
	.show = show_watch,
};

static const struct seq_operations shadow_operations = {
	.start = start_watches,
	.next = next_watch,
	.stop = stop_watches,
	.show = show_policies,
};

static int open_file(struct file *file, const struct seq_operations *operations)
{
	int ret;

	if (!capable(CAP_SYS_ADMIN))
		return -EACCES;
	if (!try_module_get(THIS_MODULE))
		return -ENOENT;
	ret = seq_open(file, operations);
	if (ret)
		module_put(THIS_MODULE);
	return ret;
}

static int open_watches(struct inode *inode, struct file *file)
{
	return open_file(file, &watches_operations);
}

static int open_shadow(struct inode *inode, struct file *file)
{
	return open_file(file, &shadow_operations);
}

static int release_file(struct inode *inode, struct file *file)
{
	int ret = seq_release(inode, file);

	module_put(THIS_MODULE);
	return ret;
}

static int audit_watches(void)
{
	const char *what;
	u32 id;
	int ret = vmi_watch_list_audit(&id, &what);

	if (ret == -EUCLEAN)
		pr_err("audit of watch %u: %s\n", id, what);
	return ret;
}

/* The one command is "audit", whole in one write(). */
static ssize_t write_command(struct file *file, const char __user *from, size_t length, loff_t *position)
{
	static const char audit[] = { 'a', 'u', 'd', 'i', 't', '\n' };
	char text[sizeof(audit)];
	int ret;

	if (length > sizeof(audit) || length < sizeof(audit) - 1)
		return -EINVAL;
	if (copy_from_user(text, from, length))
		return -EFAULT;
	if (memcmp(text, audit, length))
		return -EINVAL;
	ret = audit_watches();
	return ret ? ret : (ssize_t)length;
}

static const struct proc_ops watches_ops = {
	.proc_open = open_watches,
	.proc_release = release_file,
	.proc_read_iter = seq_read_iter,
	.proc_write = write_command,
	.proc_lseek = seq_lseek,
};

static const struct proc_ops shadow_ops = {
	.proc_open = open_shadow,
	.proc_release = release_file,
	.proc_read_iter = seq_read_iter,
	.proc_lseek = seq_lseek,
};

bool vmi_procfs_watches_create(struct proc_dir_entry *directory)
{
	return proc_create("watches", 0400, directory, &watches_ops) &&
	       proc_create("shadow", 0400, directory, &shadow_ops);
}
