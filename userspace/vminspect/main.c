// SPDX-License-Identifier: GPL-2.0
/* vminspect: the table of subcommands, dispatch and help. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

static const struct command *const commands[] = {
	&command_ps,	  &command_maps,    &command_tree,    &command_tables,	&command_pages,
	&command_share,	  &command_explain, &command_watch,   &command_unwatch, &command_watches,
	&command_compare, &command_events,  &command_history, &command_doctor,
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct args_option no_options[] = { { 0 } };

/* --- help --------------------------------------------------------------------------------------------------------- */

static void print_common_options(FILE *to)
{
	fprintf(to, "\noptions of all commands:\n");
	args_print_help(to, json_options);
	args_print_help(to, layout_options);
	args_print_help(to, common_options);
}

static void print_overview(FILE *to)
{
	size_t i;

	fprintf(to, "usage: vminspect COMMAND [OPTION]... [OPERAND]...\n\n"
		    "Shows live processes' virtual memory: regions, page tables, frames, working sets.\n\ncommands:\n");
	for (i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
	print_common_options(to);
	fprintf(to, "\n'vminspect COMMAND --help' tells more; vminspect(8) tells all.\n");
}

static int print_help(void)
{
	print_overview(stdout);
	return out_finish();
}

static int print_help_about(const struct command *command)
{
	printf("usage: vminspect %s [OPTION]...%s%s\n\n%s\n", command->name, *command->operands ? " " : "",
	       command->operands, command->summary);
	if (*command->details)
		printf("\n%s\n", command->details);
	if (command->options->name) {
		printf("\noptions:\n");
		args_print_help(stdout, command->options);
	}
	print_common_options(stdout);
	return out_finish();
}

/* --- what commands share ------------------------------------------------------------------------------------------ */

bool session_connect(struct session *session)
{
	return !connect_client(session->common, &session->client);
}

bool session_print(struct session *session, const struct table_settings *table)
{
	const struct out_options options = {
		.json = session->common->json,
		.human = session->common->human,
		.wide = session->common->wide,
		.extended = table && table->extended,
		.columns = table ? table->columns : NULL,
	};

	session->out = out_create(&options);
	if (!session->out)
		complain("%s", strerror(ENOMEM));
	return session->out;
}

int session_end_print(struct session *session, int status)
{
	int err = session->out ? out_destroy(session->out) : 0;

	session->out = NULL;
	if (!err)
		return status;
	complain("cannot write: %s", strerror(-err));
	return EXIT_FAILED;
}

bool session_has_read(struct session *session, int err, const char *subject)
{
	if (err == -EAGAIN)
		connect_remark_torn();
	else if (err)
		connect_complain(session->client, err, subject);
	return !err || err == -EAGAIN;
}

bool subject_take(const char *operand, struct subject *ret)
{
	if (args_take_operand(&args_pid, "PID", operand, &ret->pid))
		return false;
	snprintf(ret->name, sizeof(ret->name), "process %u", ret->pid);
	return true;
}

/* --- dispatch ----------------------------------------------------------------------------------------------------- */

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static int end_session(struct session *session, int status)
{
	return connect_close(session->common, session->client, session_end_print(session, status));
}

static int run(const struct command *command, const struct common_settings *common, int count, char **operands)
{
	struct session session = { .common = common };

	if (count < command->operands_least || (command->operands_most >= 0 && count > command->operands_most)) {
		complain("%s; usage: vminspect %s [OPTION]...%s%s",
			 count < command->operands_least ? "an operand is missing" : "there are too many operands",
			 command->name, *command->operands ? " " : "", command->operands);
		return EXIT_USAGE;
	}
	return end_session(&session, command->run(&session, count, operands));
}

static int dispatch(const struct command *command, int argc, char **argv)
{
	struct common_settings common = { 0 };
	const struct args_group groups[] = {
		{ command->options, command->settings }, { json_options, &common }, { layout_options, &common },
		{ common_options, &common },
	};
	char name[64];
	int count;

	snprintf(name, sizeof(name), "vminspect %s", command->name);
	complain_as(name);
	if (args_parse(groups, 4, argc, argv, &count))
		return EXIT_USAGE;
	if (common.help)
		return print_help_about(command);
	if (common.version)
		return out_version("vminspect");
	return run(command, &common, count, argv + 1);
}

/* vminspect --help, vminspect help, vminspect help COMMAND, vminspect --version. */
static int run_without_command(int argc, char **argv)
{
	struct common_settings common = { 0 };
	const struct args_group groups[] = { { no_options, NULL }, { common_options, &common } };
	int count;

	if (args_parse(groups, 2, argc, argv, &count))
		return EXIT_USAGE;
	if (common.version)
		return out_version("vminspect");
	if (common.help)
		return print_help();
	print_overview(stderr);
	return EXIT_USAGE;
}

static int help_about(int argc, char **argv)
{
	const struct command *command = argc > 2 ? find_command(argv[2]) : NULL;

	if (argc < 3)
		return print_help();
	if (command)
		return print_help_about(command);
	complain("there is no command '%s'; 'vminspect --help' lists them", argv[2]);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	const struct command *command;

	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);	/* a reader that has gone away shows when output is flushed */
	if (argc < 2 || argv[1][0] == '-')
		return run_without_command(argc, argv);
	if (!strcmp(argv[1], "help"))
		return help_about(argc, argv);
	command = find_command(argv[1]);
	if (command)
		return dispatch(command, argc - 1, argv + 1);
	complain("there is no command '%s'; 'vminspect --help' lists them", argv[1]);
	return EXIT_USAGE;
}
