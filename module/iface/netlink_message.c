// SPDX-License-Identifier: GPL-2.0
/* Beginning and end of netlink messages, and the attributes that need more than a few stores. */
#include "iface/netlink_message.h"

#include "iface/netlink.h"

static void begin(struct vmi_message *message, struct sk_buff *skb, u32 port, u32 sequence, int flags, u8 command)
{
	message->skb = skb;
	message->header = genlmsg_put(skb, port, sequence, &vmi_netlink_family, flags, command);
	message->at = skb_tail_pointer(skb);
	message->end = message->at + skb_tailroom(skb);
	message->overflow = !message->header;
}

void vmi_message_begin_reply(struct vmi_message *message, struct sk_buff *skb, const struct genl_info *info, u8 command)
{
	begin(message, skb, info->snd_portid, info->snd_seq, 0, command);
}

void vmi_message_begin_dump(struct vmi_message *message, struct sk_buff *skb, struct netlink_callback *cb, u8 command)
{
	begin(message, skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, NLM_F_MULTI, command);
	if (message->header)
		genl_dump_check_consistent(cb, message->header);
}

void vmi_message_begin_event(struct vmi_message *message, struct sk_buff *skb, u8 command)
{
	begin(message, skb, 0, 0, 0, command);
}

int vmi_message_end(struct vmi_message *message)
{
	if (message->overflow) {
		if (message->header)
			genlmsg_cancel(message->skb, message->header);
		return -EMSGSIZE;
	}
	skb_put(message->skb, message->at - skb_tail_pointer(message->skb));
	genlmsg_end(message->skb, message->header);
	return 0;
}

void vmi_put_string(struct vmi_message *message, u16 type, const char *string)
{
	size_t length = string ? strlen(string) : 0;

	if (length && vmi_message_has_room(message, nla_total_size(length + 1)))
		message->at = vmi_write_string(message->at, type, string, length);
}
