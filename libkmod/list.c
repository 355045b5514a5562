/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists: rings whose layout nobody outside knows. */
#include <errno.h>
#include <stdlib.h>

#include "internal.h"

int list_append(struct kmod_list **list, void *data)
{
	struct kmod_list *e = malloc(sizeof(*e));

	if (!e)
		return -ENOMEM;
	e->data = data;
	if (!*list) {
		e->prev = e->next = e;
		*list = e;
		return 0;
	}
	e->next = *list;
	e->prev = (*list)->prev;
	e->prev->next = e;
	e->next->prev = e;
	return 0;
}

void list_free(struct kmod_list *list, void (*drop)(void *data))
{
	if (!list)
		return;
	list->prev->next = NULL;
	while (list) {
		struct kmod_list *next = list->next;

		drop(list->data);
		free(list);
		list = next;
	}
}

KMOD_EXPORT struct kmod_list *kmod_list_next(const struct kmod_list *list,
					     const struct kmod_list *curr)
{
	if (!list || !curr || curr->next == list)
		return NULL;
	return curr->next;
}

KMOD_EXPORT struct kmod_list *kmod_list_prev(const struct kmod_list *list,
					     const struct kmod_list *curr)
{
	if (!list || !curr || list == curr)
		return NULL;
	return curr->prev;
}

KMOD_EXPORT struct kmod_list *kmod_list_last(const struct kmod_list *list)
{
	return list ? list->prev : NULL;
}
