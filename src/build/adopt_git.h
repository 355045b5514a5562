/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_adopt_git - changed files to a commit and a patch, aside
 *
 * The commit is made in an index and an object store of our own, so that the
 * tree, its index and its branch stay as they are until adopt_git_take() moves
 * the branch to it. A tree that is not under git gets a store with nothing in
 * it but the files that change, which is enough for a patch.
 */
#ifndef LKM_BUILD_ADOPT_GIT_H
#define LKM_BUILD_ADOPT_GIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"

/* A file of the tree as it will be. */
struct adopt_file {
	char *path;    /* relative to the tree                              */
	char *old;     /* what it was; NULL: it is new                      */
	char *text;
};

#define ADOPT_NOBODY "Your Name <you@example.org>"

struct adopt_git {
	char *tree;    /* top of the kernel's tree                          */
	bool under;    /* it is the top of a git work tree                  */
	bool nobody;   /* git knows no name: ADOPT_NOBODY stands for one    */
	char head[72]; /* the commit that is checked out; "" if not under   */
	char *tmp;     /* private folder                                    */
	char *dir;     /* GIT_DIR                                           */
	char *objects; /* the tree's own object store                       */
	char ident[256]; /* "Name <mail>" of who commits                    */
	char date[64];   /* of the commit, as git writes it                 */
	bool real;       /* objects go to the tree's own store              */
	char commit[72];
};

void adopt_git_close(struct adopt_git *g);
#define _cleanup_adopt_git_ _cleanup_(adopt_git_close)

/**
 * adopt_git_open() - look at the tree; nothing is changed
 * @stand_in: for whom git does not know, ADOPT_NOBODY is taken: enough for a
 *            patch that is only looked at
 *
 * Return: 0; -EINVAL without a name and a mail address; -ENOENT without git;
 * -EBUSY if the tree has changes that are not committed, or is in the middle of
 * a merge or a rebase; -EIO with git's words; -EINTR; -ENOMEM.
 */
_must_check_ int adopt_git_open(const char *tree, bool stand_in,
				struct adopt_git *ret, struct diag *d);

/**
 * adopt_git_commit() - make the commit, in our own store
 * @message: whole
 * @patch:   what `git format-patch` makes of it
 *
 * Return: 0; -EIO; -EINTR.
 */
_must_check_ int adopt_git_commit(struct adopt_git *g,
				  const struct adopt_file *files, size_t n,
				  const char *message, struct text *patch,
				  struct diag *d);

/**
 * adopt_git_take() - bring the commit into the tree, and its branch to it
 *
 * With what adopt_git_commit() got. The last step is not to be interrupted: it
 * takes a moment. Return: 0; -EIO with git's words.
 */
_must_check_ int adopt_git_take(struct adopt_git *g,
				const struct adopt_file *files, size_t n,
				const char *message, struct diag *d);

#endif
