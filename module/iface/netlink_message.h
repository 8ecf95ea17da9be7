/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writing of netlink messages. A region list has up to 65,530 of them, so an attribute costs a length check and a few
 * stores, in line.
 *
 * A put that does not fit writes nothing and sets `overflow`, which sticks; the caller looks once, at
 * vmi_message_end(), which then takes the whole message back. Numbers that are zero and texts that are empty are left
 * out: that is what their absence means.
 */
#ifndef VMI_IFACE_NETLINK_MESSAGE_H
#define VMI_IFACE_NETLINK_MESSAGE_H

#include <net/genetlink.h>

struct vmi_message {
	struct sk_buff *skb;
	void *header;			/* the generic netlink user header, which is empty; NULL: no room for it */
	u8 *at;				/* where to go on, in the skb's tail room */
	u8 *end;			/* of the room */
	bool overflow;			/* something did not fit */
};

/* Begins the reply to a "do" request, in an skb of its own. */
void vmi_message_begin_reply(struct vmi_message *message, struct sk_buff *skb, const struct genl_info *info,
			     u8 command);

/* Begins one message of a dump; marks it when cb->seq has changed since the last one. */
void vmi_message_begin_dump(struct vmi_message *message, struct sk_buff *skb, struct netlink_callback *cb, u8 command);

/* Begins a notification. */
void vmi_message_begin_event(struct vmi_message *message, struct sk_buff *skb, u8 command);

/* 0; -EMSGSIZE when there was not room for all of it: then the skb is as it was before. */
int vmi_message_end(struct vmi_message *message);

/* Room for an attribute with `length` bytes of payload, its head written; NULL when there is none. */
static inline u8 *vmi_put_head(struct vmi_message *message, u16 type, u32 length)
{
	struct nlattr *attribute = (struct nlattr *)message->at;
	u32 total = NLA_ALIGN(NLA_HDRLEN + length);

	if (unlikely((size_t)(message->end - message->at) < total)) {
		message->overflow = true;
		return NULL;
	}
	attribute->nla_type = type;
	attribute->nla_len = NLA_HDRLEN + length;
	message->at += total;
	return (u8 *)attribute + NLA_HDRLEN;
}

/*
 * Writes an attribute at `at`, where the caller has seen to room for it; where to go on. What is written next can then
 * stay in a register: for objects that are many.
 */
static inline u8 *vmi_write_u32(u8 *at, u16 type, u32 value)
{
	if (!value)
		return at;
	*(struct nlattr *)at = (struct nlattr){ .nla_type = type, .nla_len = NLA_HDRLEN + sizeof(value) };
	memcpy(at + NLA_HDRLEN, &value, sizeof(value));
	return at + NLA_HDRLEN + sizeof(value);
}

/* Not aligned to eight bytes: this architecture does not mind, so there is never a pad attribute before it. */
static inline u8 *vmi_write_u64(u8 *at, u16 type, u64 value)
{
	if (!value)
		return at;
	*(struct nlattr *)at = (struct nlattr){ .nla_type = type, .nla_len = NLA_HDRLEN + sizeof(value) };
	memcpy(at + NLA_HDRLEN, &value, sizeof(value));
	return at + NLA_HDRLEN + sizeof(value);
}

/* A text of `length` bytes without its NUL, of which there is at least one; takes nla_total_size(length + 1). */
static inline u8 *vmi_write_string(u8 *at, u16 type, const char *string, u32 length)
{
	u32 size = NLA_HDRLEN + length + 1;

	*(struct nlattr *)at = (struct nlattr){ .nla_type = type, .nla_len = size };
	/* The NUL and what fills up the last four bytes. */
	memset(at + NLA_ALIGN(size) - NLA_ALIGNTO, 0, NLA_ALIGNTO);
	memcpy(at + NLA_HDRLEN, string, length);
	return at + NLA_ALIGN(size);
}

/* What numbers take, unless the value is zero. */
#define VMI_ROOM_U32 (NLA_HDRLEN + sizeof(u32))
#define VMI_ROOM_U64 (NLA_HDRLEN + sizeof(u64))

/* True when there are so many bytes; sets `overflow` when not. */
static inline bool vmi_message_has_room(struct vmi_message *message, size_t bytes)
{
	if (likely((size_t)(message->end - message->at) >= bytes))
		return true;
	message->overflow = true;
	return false;
}

static inline void vmi_put_u32(struct vmi_message *message, u16 type, u32 value)
{
	if (value && vmi_message_has_room(message, VMI_ROOM_U32))
		message->at = vmi_write_u32(message->at, type, value);
}

static inline void vmi_put_u64(struct vmi_message *message, u16 type, u64 value)
{
	if (value && vmi_message_has_room(message, VMI_ROOM_U64))
		message->at = vmi_write_u64(message->at, type, value);
}

static inline void vmi_put_flag(struct vmi_message *message, u16 type, bool value)
{
	if (value)
		vmi_put_head(message, type, 0);
}

/* With its NUL; NULL is an empty text. */
void vmi_put_string(struct vmi_message *message, u16 type, const char *string);

/* Begins a nest; to be given to vmi_put_nest_end(), which takes it back when it has remained empty. */
static inline struct nlattr *vmi_put_nest(struct vmi_message *message, u16 type)
{
	u8 *payload = vmi_put_head(message, type | NLA_F_NESTED, 0);

	return payload ? (struct nlattr *)(payload - NLA_HDRLEN) : NULL;
}

static inline void vmi_put_nest_end(struct vmi_message *message, struct nlattr *nest)
{
	u32 length = nest ? message->at - (u8 *)nest : 0;

	if (!nest)
		return;
	/* A length has 16 bits. */
	if (length > U16_MAX)
		message->overflow = true;
	else if (length == NLA_HDRLEN)
		message->at = (u8 *)nest;
	else
		nest->nla_len = length;
}

#endif /* VMI_IFACE_NETLINK_MESSAGE_H */
