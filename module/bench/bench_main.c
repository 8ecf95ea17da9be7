// SPDX-License-Identifier: GPL-2.0
/*
 * vminspect_bench.ko: the debugfs file vminspect_bench, one command a write(), its answer until the next one:
 *
 *   find PID LOOKUPS ROUNDS SEED warm|cold
 *   walk PID ROUNDS
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "bench/bench.h"
#include "compat/export.h"

#define COMMAND_MAX	80
#define LOOKUPS_MAX	1000000

static struct dentry *command_file;
static DEFINE_MUTEX(answer_lock);
static struct vmi_bench_answer answer;	/* answer_lock */

void vmi_bench_say(struct vmi_bench_answer *to, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	to->length += vscnprintf(to->text + to->length, sizeof(to->text) - to->length, format, arguments);
	va_end(arguments);
}

bool vmi_bench_interrupted(void)
{
	return fatal_signal_pending(current);
}

static int parse_find(const char *text, int *ret_number, struct vmi_bench_find_options *ret)
{
	char caches[5], rest;

	if (sscanf(text, "find %d %u %u %llu %4s%c", ret_number, &ret->lookups, &ret->rounds, &ret->seed, caches,
		   &rest) != 5)
		return -EINVAL;
	ret->cold = !strcmp(caches, "cold");
	if (!ret->cold && strcmp(caches, "warm"))
		return -EINVAL;
	return ret->lookups && ret->lookups <= LOOKUPS_MAX ? 0 : -EINVAL;
}

static int parse_walk(const char *text, int *ret_number, u32 *ret_rounds)
{
	char rest;

	return sscanf(text, "walk %d %u%c", ret_number, ret_rounds, &rest) == 2 ? 0 : -EINVAL;
}

static int run_command(const char *text)
{
	struct vmi_bench_find_options options = { 0 };
	bool is_find = strstarts(text, "find ");
	struct pid *process;
	int number, ret;

	ret = is_find ? parse_find(text, &number, &options) : parse_walk(text, &number, &options.rounds);
	if (ret || !options.rounds || options.rounds > VMI_BENCH_MAX_ROUNDS)
		return -EINVAL;
	process = find_get_pid(number);
	if (!process)
		return -ESRCH;
	ret = is_find ? vmi_bench_find(process, &options, &answer) : vmi_bench_walk(process, options.rounds, &answer);
	put_pid(process);
	return ret;
}

static ssize_t write_command(struct file *file, const char __user *from, size_t length, loff_t *position)
{
	char text[COMMAND_MAX];
	int ret;

	if (length >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, length))
		return -EFAULT;
	text[length] = '\0';
	mutex_lock(&answer_lock);
	answer.length = 0;
	ret = run_command(strim(text));
	mutex_unlock(&answer_lock);
	return ret ? ret : length;
}

static ssize_t read_answer(struct file *file, char __user *to, size_t length, loff_t *position)
{
	ssize_t ret;

	mutex_lock(&answer_lock);
	ret = simple_read_from_buffer(to, length, position, answer.text, answer.length);
	mutex_unlock(&answer_lock);
	return ret;
}

static const struct file_operations command_operations = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = read_answer,
	.write = write_command,
	.llseek = default_llseek,
};

static int __init bench_init(void)
{
	command_file = debugfs_create_file("vminspect_bench", 0600, NULL, NULL, &command_operations);
	return PTR_ERR_OR_ZERO(command_file);
}

static void __exit bench_exit(void)
{
	debugfs_remove(command_file);
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_AUTHOR("The vminspect developers");
MODULE_DESCRIPTION("vminspect's in-kernel benchmarks");
MODULE_LICENSE("GPL");
VMI_IMPORT;
