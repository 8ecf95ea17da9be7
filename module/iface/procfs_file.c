// SPDX-License-Identifier: GPL-2.0
/*
 * A file of /proc/vminspect. The process is captured when reading begins at offset 0, and the whole file is then
 * read from that capture, however many reads it takes; seeking back to 0 captures anew.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "iface/procfs_file.h"

#include <linux/capability.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "core/command.h"
#include "iface/procfs_text.h"
#include "iface/watch_text.h"
#include "watch/process_tracker.h"
#include "watch/watch_list.h"

/* Room for many lines per read(), and for the longest name without a second try. */
#define TEXT_BUFFER_BYTES	(64 * 1024)

/* A process that execs this often in a row is shown without its address space. */
#define CAPTURE_TRIES		3

/* An open file. Its seq_file's mutex guards all of it. */
struct open_file {
	struct vmi_procfs_entry *entry;	/* referenced */
	struct vmi_process_facts process;
	struct vmi_capture *capture;	/* NULL before the first read, and for a process without an address space */
	struct vmi_avl_cursor cursor;	/* in-order place in the tree, for depths */
	struct vmi_watch *watch;	/* that the process was in when it was captured, referenced, or NULL */
	loff_t cursor_line;		/* line that the cursor stands on; 0 = nowhere */
	bool stale;			/* capture anew when the lines are next begun; a read at offset 0 says so */
};

struct vmi_procfs_entry *vmi_procfs_entry_create(struct vmi_process *process)
{
	struct vmi_procfs_entry *entry = kzalloc(sizeof(*entry), GFP_KERNEL);

	if (!entry)
		return NULL;
	refcount_set(&entry->references, 1);
	spin_lock_init(&entry->lock);
	vmi_process_get(process);
	entry->process = process;
	return entry;
}

void vmi_procfs_entry_put(struct vmi_procfs_entry *entry)
{
	if (!refcount_dec_and_test(&entry->references))
		return;
	vmi_process_put(entry->process);
	kfree(entry);
}

bool vmi_procfs_entry_retire(struct vmi_procfs_entry *entry)
{
	bool idle;

	spin_lock(&entry->lock);
	entry->retired = true;
	idle = !entry->open_files;
	spin_unlock(&entry->lock);
	return idle;
}

/* False when the process has died. */
static bool count_open(struct vmi_procfs_entry *entry)
{
	bool may_open;

	spin_lock(&entry->lock);
	may_open = !entry->retired;
	entry->open_files += may_open;
	spin_unlock(&entry->lock);
	return may_open;
}

/* The file of a dead process stays until the last reader has had what was captured for it. */
static void count_close(struct vmi_procfs_entry *entry)
{
	bool last;

	spin_lock(&entry->lock);
	last = --entry->open_files == 0 && entry->retired;
	spin_unlock(&entry->lock);
	if (last)
		vmi_process_closed(entry->process);
}

/* False when the process has been reaped. */
static bool read_process_facts(struct vmi_process *process, struct vmi_process_facts *ret)
{
	struct task_struct *task = get_pid_task(process->pid, PIDTYPE_TGID);

	if (!task)
		return false;
	ret->number = process->number;
	ret->threads = get_nr_threads(task);
	get_task_comm(ret->comm, task);
	put_task_struct(task);
	return true;
}

static void drop_capture(struct open_file *open)
{
	vmi_capture_free(open->capture);
	open->capture = NULL;
	open->cursor_line = 0;
	if (open->watch)
		vmi_watch_put(open->watch);
	open->watch = NULL;
}

/* 0 also for a process without an address space: its file has the first line only. */
static int take_capture(struct open_file *open)
{
	struct vmi_process *process = open->entry->process;
	unsigned int try;
	int ret;

	drop_capture(open);
	open->process.number = 0;	/* until we know better, it has gone */
	if (!read_process_facts(process, &open->process))
		return -ESRCH;
	open->watch = vmi_watch_list_of(process->pid);
	/* -ESRCH of one that lives: it changed its address space (exec) between our finding it and looking at it. */
	for (try = 0; try < CAPTURE_TRIES; try++) {
		ret = vmi_capture_process(process->pid, &open->capture);
		if (ret != -ESRCH)
			return ret;
	}
	return 0;
}

/* Lines: 0 is the head, 1 to n the regions, n + 1 the vsyscall gate, if any. None of a process that has gone. */
static bool line_exists(const struct open_file *open, loff_t line)
{
	u64 last = 0;

	if (!open->process.number)
		return false;
	if (open->capture)
		last = open->capture->regions.count + (open->capture->vsyscall_protection ? 1 : 0);
	return line <= last;
}

/*
 * Lines go to seq_file in blocks, since it makes three indirect calls for each thing that it shows. It wants a pointer
 * for each: the open file itself, the block's number being in *position.
 */
#define LINES_A_BLOCK 8

static bool block_exists(const struct open_file *open, loff_t block)
{
	return line_exists(open, block * LINES_A_BLOCK);
}

static void *start_blocks(struct seq_file *seq, loff_t *position)
{
	struct open_file *open = seq->private;

	if (*position == 0 && READ_ONCE(open->stale)) {
		int ret = take_capture(open);

		WRITE_ONCE(open->stale, false);
		if (ret == -ESRCH)
			return NULL;
		if (ret)
			return ERR_PTR(ret);
	}
	return block_exists(open, *position) ? open : NULL;
}

static void *next_block(struct seq_file *seq, void *unused, loff_t *position)
{
	struct open_file *open = seq->private;

	++*position;
	return block_exists(open, *position) ? open : NULL;
}

static void stop_blocks(struct seq_file *seq, void *unused)
{
}

/* Lines mostly come in order, so the depth is mostly one step of the tree's cursor away. */
static u32 region_depth(struct open_file *open, loff_t line)
{
	const struct vmi_region_set *set = &open->capture->regions;

	if (!vmi_region_set_has_tree(set))
		return 0;
	if (line == 1)
		vmi_avl_first(&set->tree, &open->cursor);
	else if (open->cursor_line == line - 1)
		vmi_avl_next(&open->cursor);
	else if (open->cursor_line != line)
		return vmi_region_depth(set, &set->regions[line - 1]);
	open->cursor_line = line;
	return vmi_avl_cursor_depth(&open->cursor);
}

/* What the watch of a process adds to its head, or with `region` to the line of that region. */
static void put_watched(struct vmi_text *text, struct open_file *open, const struct vmi_region *region)
{
	struct vmi_watch *watch = open->watch;
	struct vmi_watch_member *member;

	mutex_lock(&watch->lock);
	member = vmi_watch_find_member(watch, open->entry->process);
	if (member && region)
		vmi_put_member_region(text, watch, member, region->start, region->end);
	else if (member)
		vmi_put_member_lines(text, watch, member);
	mutex_unlock(&watch->lock);
}

static void put_head(struct vmi_text *text, struct open_file *open)
{
	vmi_procfs_put_head(text, &open->process, open->capture);
	if (open->watch)
		put_watched(text, open, NULL);
	else if (open->capture)
		vmi_text_literal(text, "# watch state=unwatched\n");
}

static void put_region(struct vmi_text *text, struct open_file *open, loff_t line)
{
	const struct vmi_region *region = &open->capture->regions.regions[line - 1];

	vmi_procfs_put_region(text, open->capture, region, region_depth(open, line));
	if (open->watch)
		put_watched(text, open, region);
	vmi_text_char(text, '\n');
}

static void put_line(struct vmi_text *text, struct open_file *open, loff_t line)
{
	if (line == 0)
		put_head(text, open);
	else if (line <= open->capture->regions.count)
		put_region(text, open, line);
	else
		vmi_procfs_put_vsyscall(text, open->capture);
}

static int show_block(struct seq_file *seq, void *unused)
{
	struct open_file *open = seq->private;
	loff_t line = seq->index * LINES_A_BLOCK;
	loff_t end = line + LINES_A_BLOCK;
	struct vmi_text text;
	char *buffer;
	size_t size = seq_get_buf(seq, &buffer);

	vmi_text_init(&text, buffer, size);
	for (; line < end && line_exists(open, line); line++)
		put_line(&text, open, line);
	/* -1 makes seq_file try again with a larger buffer, or end this read before this block. */
	seq_commit(seq, text.overflow ? -1 : (int)text.length);
	return 0;
}

static const struct seq_operations block_operations = {
	.start = start_blocks,
	.next = next_block,
	.stop = stop_blocks,
	.show = show_block,
};

/* seq_file would begin with one page and throw away a capture each time that it grows. */
static void preset_buffer(struct seq_file *seq)
{
	seq->buf = kvmalloc(TEXT_BUFFER_BYTES, GFP_KERNEL_ACCOUNT);
	seq->size = seq->buf ? TEXT_BUFFER_BYTES : 0;
}

/*
 * The mode keeps other users out; a root without CAP_SYS_ADMIN in the initial user namespace, as containers have,
 * is turned away here with the same errno.
 */
static int open_entry(struct inode *inode, struct file *file)
{
	struct vmi_procfs_entry *entry = pde_data(inode);
	struct open_file *open;

	if (!capable(CAP_SYS_ADMIN))
		return -EACCES;
	/* In this order: who is counted holds the module, or a last close could come when what it uses is gone. */
	if (!try_module_get(THIS_MODULE))
		return -ENOENT;
	if (!count_open(entry)) {
		module_put(THIS_MODULE);
		return -ENOENT;
	}
	open = __seq_open_private(file, &block_operations, sizeof(*open));
	if (!open) {
		count_close(entry);
		module_put(THIS_MODULE);
		return -ENOMEM;
	}
	preset_buffer(file->private_data);
	refcount_inc(&entry->references);
	open->entry = entry;
	open->stale = true;
	return 0;
}

static int release_entry(struct inode *inode, struct file *file)
{
	struct seq_file *seq = file->private_data;
	struct open_file *open = seq->private;

	drop_capture(open);
	count_close(open->entry);
	vmi_procfs_entry_put(open->entry);
	seq_release_private(inode, file);
	module_put(THIS_MODULE);
	return 0;
}

/* Seeking about within the text stays within one capture; beginning again at its start takes a new one. */
static ssize_t read_lines(struct kiocb *iocb, struct iov_iter *to)
{
	struct seq_file *seq = iocb->ki_filp->private_data;
	struct open_file *open = seq->private;

	if (iocb->ki_pos == 0)
		WRITE_ONCE(open->stale, true);
	return seq_read_iter(iocb, to);
}

/* A refused command says why in the log, since write() has but an errno. */
static int refuse_command(const struct vmi_process *process, const char *text, const struct vmi_option_error *error,
			  int ret)
{
	if (error->text)
		pr_info_ratelimited("pid %d: \"%.*s\": %s\n", process->number, (int)error->length,
				    text + error->offset, error->text);
	return ret;
}

static int run_command(struct vmi_process *process, const struct vmi_command *command)
{
	u32 id;

	if (command->verb == VMI_COMMAND_WATCH)
		return vmi_watch_list_add(process->pid, &command->options, 0, &id);
	return vmi_watch_list_remove(process->pid);
}

/* Commands are whole: one write() is one command. */
static ssize_t write_command(struct file *file, const char __user *from, size_t length, loff_t *position)
{
	struct open_file *open = ((struct seq_file *)file->private_data)->private;
	struct vmi_process *process = open->entry->process;
	char text[VMI_COMMAND_MAX];
	struct vmi_command command;
	int ret;

	if (length > sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, length))
		return -EFAULT;
	ret = vmi_command_parse(text, length, &command);
	if (ret)
		return refuse_command(process, text, &command.error, ret);
	ret = run_command(process, &command);
	return ret ? ret : (ssize_t)length;
}

const struct proc_ops vmi_procfs_file_ops = {
	.proc_open = open_entry,
	.proc_release = release_entry,
	.proc_read_iter = read_lines,
	.proc_write = write_command,
	.proc_lseek = seq_lseek,
};
