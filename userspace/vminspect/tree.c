// SPDX-License-Identifier: GPL-2.0
/*
 * vminspect tree: the AVL tree over the regions, drawn lying on its side: lower addresses above, the root at the left.
 *
 * The kernel tells regions in address order with their depths, and that is enough: the root of a stretch is its only
 * region of the least depth, what is before it is its left subtree, what is behind it its right one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "common/json.h"
#include "common/term.h"
#include "common/units.h"

#define DEPTH_MAX 48			/* an AVL tree of 2^32 nodes is lower */

static struct settings {
	bool ascii;
} settings;

static const struct args_option options[] = {
	{ "ascii", 'a', NULL, &args_flag, offsetof(struct settings, ascii), "draw with ASCII characters" },
	{ 0 },
};

/* The strokes of the drawing. */
struct strokes {
	const char *line;		/* an edge that passes by */
	const char *blank;
	const char *left;		/* to a left child, which stands above */
	const char *right;
};

static const struct strokes unicode = { "│  ", "   ", "╭─ ", "╰─ " };
static const struct strokes ascii = { "|  ", "   ", ",- ", "`- " };

/* A node, as an index into the list; NO_NODE for none. */
#define NO_NODE SIZE_MAX

struct node {
	size_t left;
	size_t right;
};

struct drawing {
	struct out *out;
	const struct vmi_region_list *regions;
	const struct node *nodes;
	const struct strokes *strokes;
};

/* --- the shape ---------------------------------------------------------------------------------------------------- */

/* The gate is told with the regions, but it is none of the process, and not in the tree. */
static size_t count_of(const struct vmi_region_list *regions)
{
	size_t count = regions->count;

	while (count && regions->items[count - 1]->flags & VMINSPECT_REGION_FLAGS_GATE)
		count--;
	return count;
}

/*
 * Finds the children of all nodes in one walk, with the last node of each depth on a stack: a node that is deeper than
 * the one before begins its right subtree, one that is less deep has what was before as its left one. The root, or
 * NO_NODE when the depths are those of no tree.
 */
static size_t find_children(const struct vmi_region_list *regions, size_t count, struct node *nodes)
{
	size_t path[DEPTH_MAX], length = 0, i;

	for (i = 0; i < count; i++) {
		size_t below = NO_NODE;

		if (regions->items[i]->depth >= DEPTH_MAX || length == DEPTH_MAX)
			return NO_NODE;
		nodes[i] = (struct node){ NO_NODE, NO_NODE };
		while (length && regions->items[path[length - 1]]->depth > regions->items[i]->depth)
			below = path[--length];
		nodes[i].left = below;
		if (length)
			nodes[path[length - 1]].right = i;
		path[length++] = i;
	}
	return length ? path[0] : NO_NODE;
}

/* --- text --------------------------------------------------------------------------------------------------------- */

static void draw_node(const struct drawing *drawing, size_t node, const char *prefix, const char *stroke)
{
	const struct vmi_region *region = drawing->regions->items[node];
	char permissions[PERMISSIONS_TEXT], size[UNITS_TEXT];

	out_line(drawing->out, "%s%s%llx-%llx %s %s %s  h=%u", prefix, stroke, (unsigned long long)region->start,
		 (unsigned long long)region->end, words_permissions(permissions, region->flags),
		 units_size(size, region->end - region->start), words_region(region), region->height);
}

/* `stroke` leads to this node; an edge passes by a child's prefix when the child lies between parent and node. */
static void draw_subtree(const struct drawing *drawing, size_t node, const char *prefix, const char *stroke)
{
	const struct strokes *strokes = drawing->strokes;
	char longer[DEPTH_MAX * 6];

	if (drawing->nodes[node].left != NO_NODE) {
		snprintf(longer, sizeof(longer), "%s%s", prefix,
			 !*stroke ? "" : stroke == strokes->right ? strokes->line : strokes->blank);
		draw_subtree(drawing, drawing->nodes[node].left, longer, strokes->left);
	}
	draw_node(drawing, node, prefix, stroke);
	if (drawing->nodes[node].right != NO_NODE) {
		snprintf(longer, sizeof(longer), "%s%s", prefix,
			 !*stroke ? "" : stroke == strokes->left ? strokes->line : strokes->blank);
		draw_subtree(drawing, drawing->nodes[node].right, longer, strokes->right);
	}
}

static void draw_list(const struct drawing *drawing, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct vmi_region *region = drawing->regions->items[i];
		char permissions[PERMISSIONS_TEXT], size[UNITS_TEXT];

		out_line(drawing->out, "%llx-%llx %s %s %s", (unsigned long long)region->start,
			 (unsigned long long)region->end, words_permissions(permissions, region->flags),
			 units_size(size, region->end - region->start), words_region(region));
	}
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void put_child(struct json *json, const char *key, const struct vmi_region_list *regions, size_t node)
{
	if (node == NO_NODE)
		json_null(json, key);
	else
		json_hex(json, key, regions->items[node]->start);
}

static void put_json(const struct drawing *drawing, size_t count, bool has_tree)
{
	struct json *json = out_json(drawing->out);
	size_t i;

	json_begin_array(json, "nodes");
	for (i = 0; i < count; i++) {
		const struct vmi_region *region = drawing->regions->items[i];

		json_begin_object(json, NULL);
		json_hex(json, "start", region->start);
		json_hex(json, "end", region->end);
		json_string(json, "mapping", region->name);
		if (has_tree) {
			json_number(json, "depth", region->depth);
			json_number(json, "height", region->height);
			put_child(json, "left", drawing->regions, drawing->nodes[i].left);
			put_child(json, "right", drawing->regions, drawing->nodes[i].right);
		}
		json_end_object(json);
	}
	json_end_array(json);
}

/* --- from start to end -------------------------------------------------------------------------------------------- */

static void print_regions(struct drawing *drawing, const struct subject *subject, size_t count, size_t root)
{
	bool has_tree = root != NO_NODE && drawing->regions->items[root]->height;
	struct json *json = out_json(drawing->out);
	uint32_t height = has_tree ? drawing->regions->items[root]->height : 0;

	if (json) {
		json_number(json, "pid", subject->pid);
		json_string(json, "index", has_tree ? "tree" : "list");
		json_number(json, "regions", count);
		json_number(json, "height", height);
		put_json(drawing, count, has_tree);
	} else if (has_tree) {
		out_line(drawing->out, "%s: %zu regions, AVL tree of height %u", subject->name, count, height);
		draw_subtree(drawing, root, "", "");
	} else {
		out_line(drawing->out, "%s: %zu regions, a list: a tree is built for more than 32", subject->name,
			 count);
		draw_list(drawing, count);
	}
}

static int print(struct session *session, const struct subject *subject, const struct vmi_region_list *regions)
{
	bool plain = settings.ascii || !term_takes_utf8();
	size_t root, count = count_of(regions);
	struct node *nodes = calloc(count + 1, sizeof(*nodes));
	struct drawing drawing = { NULL, regions, nodes, plain ? &ascii : &unicode };

	if (!nodes || !session_print(session, NULL)) {
		free(nodes);
		return EXIT_FAILED;
	}
	drawing.out = session->out;
	root = find_children(regions, count, nodes);
	print_regions(&drawing, subject, count, root);
	free(nodes);
	return EXIT_FINE;
}

static int run(struct session *session, int count, char **operands)
{
	struct vmi_region_query query = { .detail = true };
	struct vmi_region_list regions;
	struct subject subject;
	int status = EXIT_FAILED;

	(void)count;
	if (!subject_take(operands[0], &subject))
		return EXIT_USAGE;
	if (!session_connect(session))
		return EXIT_FAILED;
	query.pid = subject.pid;
	if (session_has_read(session, vmi_region_list_read(session->client, &query, &regions), subject.name))
		status = print(session, &subject, &regions);
	vmi_region_list_release(&regions);
	return status;
}

const struct command command_tree = {
	.name = "tree",
	.operands = "PID",
	.operands_least = 1,
	.operands_most = 1,
	.summary = "draws the AVL tree over the regions of a process",
	.details = "The tree lies on its side: lower addresses above, the root at the left; h is a node's height.\n"
		   "There is only a list as long as it has no more than 32 regions, about as in the classic kernels.",
	.options = options,
	.settings = &settings,
	.run = run,
};
