// SPDX-License-Identifier: GPL-2.0-or-later
/* Changed files to a commit and a patch, aside: see adopt_git.h. */
#include "build/adopt_git.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

void adopt_git_close(struct adopt_git *g)
{
	if (g->tmp)
		(void)!tree_remove(g->tmp, NULL);
	free(g->tree);
	free(g->tmp);
	free(g->dir);
	free(g->objects);
	*g = (struct adopt_git){ 0 };
}

/* What a git command said. */
static void take_line(void *arg, const char *line)
{
	text_addf(arg, "%s\n", line);
}

/* The user's own settings for git must not turn it to another tree. */
static const char *const unset[] = { "GIT_DIR", "GIT_WORK_TREE",
				     "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
				     "GIT_NAMESPACE", "GIT_PREFIX",
				     "GIT_ALTERNATE_OBJECT_DIRECTORIES",
				     "GIT_EXTERNAL_DIFF", "GIT_PAGER", NULL };

/*
 * Of the tree and of the user's settings nothing is run: a hook may take as
 * long as it likes, and what it says would be among the answers.
 */
#define GIT_COMMAND(tree)                                                     \
	"git", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false",  \
		"-C", tree
enum { GIT_WORDS = 7 };

/* Where git's complaints go: they are no answers. */
static int open_complaints(const struct adopt_git *g, struct diag *d)
{
	_cleanup_free_ char *path = NULL;
	int fd;

	if (asprintf(&path, "%s/said", g->tmp) < 0) {
		path = NULL;
		return no_memory(d);
	}
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		diag_fail(d, errno, "cannot make a file: %s", strerror(errno));
		return diag_in(d, "%s", path);
	}
	return fd;
}

static void add_complaints(int fd, struct text *said)
{
	_cleanup_bytes_ struct bytes b = { 0 };

	if (lseek(fd, 0, SEEK_SET) == 0 &&
	    file_read_fd(fd, "git", 1 << 16, &b, NULL) == 0)
		text_add(said, (const char *)b.p);
}

/* ADOPT_NOBODY */
static const char *const nobody[] = { "GIT_AUTHOR_NAME=Your Name",
				      "GIT_AUTHOR_EMAIL=you@example.org",
				      "GIT_COMMITTER_NAME=Your Name",
				      "GIT_COMMITTER_EMAIL=you@example.org" };

/*
 * Runs git in the tree; with our own store if @aside. @said: its answer, or, if
 * the status is not 0, what it complained of.
 */
static int git(const struct adopt_git *g, bool aside, const char *const *words,
	       struct text *said, int *status, struct diag *d)
{
	_cleanup_free_ char *dir = NULL, *index = NULL, *store = NULL,
			    *more = NULL, *author = NULL, *committer = NULL;
	const char *env[12] = { "LC_ALL=C" };
	const char *argv[24] = { GIT_COMMAND(g->tree) };
	size_t n = GIT_WORDS, e = 1;

	if (aside) {
		if (asprintf(&dir, "GIT_DIR=%s", g->dir) < 0 ||
		    asprintf(&index, "GIT_INDEX_FILE=%s/index", g->tmp) < 0 ||
		    asprintf(&store, "GIT_OBJECT_DIRECTORY=%s%s",
			     g->real ? g->objects : g->tmp,
			     g->real ? "" : "/objects") < 0 ||
		    asprintf(&author, "GIT_AUTHOR_DATE=%s", g->date) < 0 ||
		    asprintf(&committer, "GIT_COMMITTER_DATE=%s",
			     g->date) < 0 ||
		    asprintf(&more, "GIT_ALTERNATE_OBJECT_DIRECTORIES=%s",
			     g->objects ? g->objects : "") < 0)
			return no_memory(d);
		env[e++] = dir;
		env[e++] = index;
		env[e++] = store;
		env[e++] = more;
		env[e++] = author;
		env[e++] = committer;
	}
	for (size_t i = 0; g->nobody && i < ARRAY_SIZE(nobody); i++)
		env[e++] = nobody[i];
	for (size_t i = 0; words[i] && n < ARRAY_SIZE(argv) - 1; i++)
		argv[n++] = words[i];

	_cleanup_close_ int err = open_complaints(g, d);
	const struct child_setup s = { .env = env, .unset = unset,
				       .no_input = true, .fd_err = err };

	if (err < 0)
		return err;
	said->n = 0;

	int r = child_run(argv, &s, take_line, said, status, d);

	if (!r && *status) {
		said->n = 0;
		add_complaints(err, said);
	}
	return !r && said->failed ? no_memory(d) : r;
}

#define GIT(g, aside, said, status, d, ...)                                   \
	git(g, aside, (const char *const[]){ __VA_ARGS__, NULL }, said,       \
	    status, d)

static int git_failed(const struct text *said, const char *what,
		      struct diag *d)
{
	const char *s = text_str(said);

	return diag_fail(d, EIO, "git cannot %s: %.*s", what,
			 (int)strcspn(s, "\n"), *s ? s : "it does not say why");
}

/* One line of answer into a fixed field. */
static void one_line(const struct text *said, char *buf, size_t n)
{
	(void)snprintf(buf, n, "%.*s", (int)strcspn(text_str(said), "\n"),
		       text_str(said));
}

/* ------------------------------------------------------------------ open */

static int dirty(const struct adopt_git *g, const char *line, struct diag *d)
{
	diag_fail(d, EBUSY, "has changes that are not committed: '%.*s'",
		  (int)strcspn(line, "\n"), line);
	diag_hint(d, "commit them ('git commit -a') or put them aside ('git stash') first");
	return diag_in(d, "%s", g->tree);
}

static int check_clean(const struct adopt_git *g, struct diag *d)
{
	diag_spare(d);

	static const char *const busy[] = { "MERGE_HEAD", "rebase-merge",
					    "rebase-apply",
					    "CHERRY_PICK_HEAD", "REVERT_HEAD" };
	_cleanup_text_ struct text said = { 0 };
	int status, r;

	for (size_t i = 0; i < ARRAY_SIZE(busy); i++) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s/%s", g->dir, busy[i]) < 0) {
			path = NULL;
			return no_memory(d);
		}
		if (!path_exists(path))
			continue;
		diag_fail(d, EBUSY, "git is in the middle of something there (%s)",
			  busy[i]);
		diag_hint(d, "finish it: 'git status' says how");
		return diag_in(d, "%s", g->tree);
	}
	/* Does not write the tree's index, not even what it learnt. */
	r = GIT(g, false, &said, &status, d, "--no-optional-locks", "status",
		"--porcelain", "--untracked-files=no");
	if (r < 0)
		return r;
	if (status)
		return git_failed(&said, "look at the tree", d);
	return said.n ? dirty(g, text_str(&said), d) : 0;
}

/* Debian's own source has a .gitignore that leaves out all of the kernel. */
static int no_commit(const struct adopt_git *g, struct diag *d)
{
	diag_fail(d, EINVAL, "has no commit yet, so nothing can be put on top of one");
	diag_hint(d, "'git add -f . && git commit' there first");
	return diag_in(d, "%s", g->tree);
}

/* Another user's, for one: git does not look into that. */
static int no_folder(const struct adopt_git *g, const struct text *said,
		     struct diag *d)
{
	int r = git_failed(said, "find its own folder", d);

	if (strstr(text_str(said), "safe.directory"))
		diag_hint(d, "git config --global --add safe.directory '%s'",
			  g->tree);
	return r;
}

/* Is @tree the top of a git work tree? */
static int look(struct adopt_git *g, struct diag *d)
{
	_cleanup_text_ struct text said = { 0 };
	_cleanup_free_ char *dot = NULL;
	int status, r;

	if (asprintf(&dot, "%s/.git", g->tree) < 0) {
		dot = NULL;
		return no_memory(d);
	}
	if (!path_exists(dot))
		return 0;
	r = GIT(g, false, &said, &status, d, "rev-parse",
		"--absolute-git-dir");
	if (r < 0 || status)
		return r ? r : no_folder(g, &said, d);
	g->dir = strndup(text_str(&said), strcspn(text_str(&said), "\n"));
	r = GIT(g, false, &said, &status, d, "rev-parse", "--verify",
		"HEAD^{commit}");
	if (r < 0)
		return r;
	if (status)
		return no_commit(g, d);
	one_line(&said, g->head, sizeof(g->head));
	g->under = true;
	r = GIT(g, false, &said, &status, d, "rev-parse",
		"--path-format=absolute", "--git-path", "objects");
	if (r < 0 || status)
		return r ? r : git_failed(&said, "find its objects", d);
	g->objects = strndup(text_str(&said), strcspn(text_str(&said), "\n"));
	return g->dir && g->objects ? check_clean(g, d) : no_memory(d);
}

/* A store of nothing, for a tree that is not under git. */
static int make_store(struct adopt_git *g, struct diag *d)
{
	_cleanup_text_ struct text said = { 0 };
	int status, r;

	if (asprintf(&g->dir, "%s/git", g->tmp) < 0) {
		g->dir = NULL;
		return no_memory(d);
	}
	r = GIT(g, false, &said, &status, d, "init", "-q", "--bare", g->dir);
	if (r < 0)
		return r;
	return status ? git_failed(&said, "make a store", d) : 0;
}

/* "Name <mail> 1764281234 +0000" without its time. */
static int find_ident(struct adopt_git *g, bool stand_in, struct diag *d)
{
	diag_spare(d);

	_cleanup_text_ struct text said = { 0 };
	int status, r;

	do {
		r = GIT(g, g->dir && !g->under, &said, &status, d, "var",
			"GIT_COMMITTER_IDENT");
		if (r < 0)
			return r;
	} while (status && stand_in && !g->nobody && (g->nobody = true));
	if (status) {
		diag_fail(d, EINVAL, "git does not know who you are, and a patch is signed off by a name and a mail address");
		return diag_hint(d, "git config --global user.name 'Your Name'; git config --global user.email you@example.org");
	}
	one_line(&said, g->ident, sizeof(g->ident));

	char *end = strrchr(g->ident, '>');

	if (end) {
		(void)snprintf(g->date, sizeof(g->date), "%s",
			       end + 1 + (end[1] == ' '));
		end[1] = 0;
	}
	return 0;
}

int adopt_git_open(const char *tree, bool stand_in, struct adopt_git *ret,
		   struct diag *d)
{
	diag_spare(d);

	_cleanup_adopt_git_ struct adopt_git g = { 0 };
	_cleanup_free_ char *program = child_which("git");
	_cleanup_free_ char *objects = NULL;
	int r;

	if (!program)
		return diag_fail_hint(d, ENOENT,
				      "install the package git",
				      "git is not installed, and it makes the commit or the patch");
	g.tree = realpath(tree, NULL);
	if (!g.tree) {
		diag_fail(d, errno, "%s", strerror(errno));
		return diag_in(d, "%s", tree);
	}
	r = dir_temp("adopt", &g.tmp, d);
	if (!r && asprintf(&objects, "%s/objects", g.tmp) < 0) {
		objects = NULL;
		r = no_memory(d);
	}
	if (!r)
		r = dir_make(objects, d);
	if (!r)
		r = look(&g, d);
	if (!r && !g.under)
		r = make_store(&g, d);
	if (!r)
		r = find_ident(&g, stand_in, d);
	if (r < 0)
		return r;
	*ret = g;
	g = (struct adopt_git){ 0 };
	return 0;
}

/* ---------------------------------------------------------------- commit */

/* Writes a text as an object, and its number into our index. */
static int add_text(const struct adopt_git *g, const char *path,
		    const char *content, struct diag *d)
{
	_cleanup_text_ struct text said = { 0 };
	_cleanup_free_ char *file = NULL, *info = NULL;
	char id[72];
	int status, r;

	if (asprintf(&file, "%s/text", g->tmp) < 0) {
		file = NULL;
		return no_memory(d);
	}
	r = file_write(file, content, strlen(content), 0600, d);
	if (!r)
		r = GIT(g, true, &said, &status, d, "hash-object", "-w",
			"--no-filters", file);
	if (r < 0 || status)
		return r ? r : git_failed(&said, "store a file", d);
	one_line(&said, id, sizeof(id));
	if (asprintf(&info, "100644,%s,%s", id, path) < 0) {
		info = NULL;
		return no_memory(d);
	}
	r = GIT(g, true, &said, &status, d, "update-index", "--add",
		"--cacheinfo", info);
	return r || !status ? r : git_failed(&said, "add a file", d);
}

/* The index as a commit. @parent: "" for none. */
static int commit_index(const struct adopt_git *g, const char *parent,
			const char *message, char *id, size_t n,
			struct diag *d)
{
	_cleanup_text_ struct text said = { 0 };
	_cleanup_free_ char *file = NULL;
	char tree[72];
	int status, r = GIT(g, true, &said, &status, d, "write-tree");

	if (r < 0 || status)
		return r ? r : git_failed(&said, "write the tree", d);
	one_line(&said, tree, sizeof(tree));
	if (asprintf(&file, "%s/message", g->tmp) < 0) {
		file = NULL;
		return no_memory(d);
	}
	r = file_write(file, message, strlen(message), 0600, d);
	if (!r && *parent)
		r = GIT(g, true, &said, &status, d, "commit-tree", tree, "-p",
			parent, "-F", file);
	else if (!r)
		r = GIT(g, true, &said, &status, d, "commit-tree", tree, "-F",
			file);
	if (r < 0 || status)
		return r ? r : git_failed(&said, "make the commit", d);
	one_line(&said, id, n);
	return 0;
}

/* What the commit stands on: the tree's own, or one of the old files. */
static int base(struct adopt_git *g, const struct adopt_file *files, size_t n,
		struct diag *d)
{
	_cleanup_text_ struct text said = { 0 };
	int status, r = 0;

	if (g->under) {
		r = GIT(g, true, &said, &status, d, "read-tree", g->head);
		return r || !status ? r : git_failed(&said, "read the tree", d);
	}
	for (size_t i = 0; !r && i < n; i++)
		if (files[i].old)
			r = add_text(g, files[i].path, files[i].old, d);
	return r ? r : commit_index(g, "", "base\n", g->head, sizeof(g->head),
				    d);
}

static int commit_files(struct adopt_git *g, const struct adopt_file *files,
			size_t n, const char *message, struct diag *d)
{
	int r = base(g, files, n, d);

	for (size_t i = 0; !r && i < n; i++)
		r = add_text(g, files[i].path, files[i].text, d);
	return r ? r : commit_index(g, g->head, message, g->commit,
				    sizeof(g->commit), d);
}

int adopt_git_commit(struct adopt_git *g, const struct adopt_file *files,
		     size_t n, const char *message, struct text *patch,
		     struct diag *d)
{
	diag_spare(d);

	int status, r = commit_files(g, files, n, message, d);

	/* As others want it, whatever this user likes otherwise. */
	if (!r)
		r = GIT(g, true, patch, &status, d, "format-patch", "-1",
			"--stdout", "--no-signature", "--no-color", "-U3",
			"--no-cover-letter", "--no-attach", "--no-thread",
			"--no-ext-diff", "--src-prefix=a/", "--dst-prefix=b/",
			g->commit);
	if (r < 0 || !status)
		return r;
	return git_failed(patch, "write the patch", d);
}

/* ------------------------------------------------------------------ take */

/*
 * A command that Ctrl-C must not cut in two: it is in a group of its own.
 * @said: all that it said. Return: 0 if it ended with 0; else -EIO.
 */
static int git_whole(const struct adopt_git *g, const char *const *words,
		     struct text *said, struct diag *d)
{
	const char *argv[32] = { GIT_COMMAND(g->tree) };
	const char *const env[] = { "LC_ALL=C", NULL };
	_cleanup_close_ int fd = open_complaints(g, d);
	const struct child_setup s = { .env = env, .unset = unset,
				       .no_input = true, .fd_out = fd,
				       .fd_err = fd };
	size_t n = GIT_WORDS;
	pid_t pid;

	if (fd < 0)
		return fd;
	for (size_t i = 0; words[i] && n < ARRAY_SIZE(argv) - 1; i++)
		argv[n++] = words[i];

	int r = child_start(argv, &s, &pid, d);

	if (r < 0)
		return r;
	r = child_wait(pid);
	said->n = 0;
	add_complaints(fd, said);
	return r ? git_failed(said, "bring the commit into the tree", d) : 0;
}

/*
 * One file as it was, if it is gone or holds what we brought, or the beginning
 * of it. What somebody else wrote there meanwhile stays. 1: it was put back.
 */
static int put_back(const struct adopt_git *g, const struct adopt_file *f)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s", g->tree, f->path) < 0) {
		path = NULL;
		return -ENOMEM;
	}

	int r = file_read_regular(path, 8 << 20, &b, NULL);

	if (r < 0 && r != -ENOENT)
		return r;
	if (r == -ENOENT && !f->old)
		return 0;
	if (!r && f->old && str_eq((char *)b.p, f->old))
		return 0;
	if (!r && (b.n > strlen(f->text) || memcmp(b.p, f->text, b.n) != 0))
		return 0;
	if (f->old)
		r = file_write(path, f->old, strlen(f->old), 0644, NULL);
	else
		r = unlink(path) < 0 ? -errno : 0;
	return r < 0 ? r : 1;
}

/*
 * git changes files, then the index, then the branch; where it stops in
 * between, as on a full disk, the tree is neither old nor new.
 */
static void undo(const struct adopt_git *g, const struct adopt_file *files,
		 size_t n, struct diag *d)
{
	static const char *const ask[] = { "rev-parse", "HEAD", NULL };
	_cleanup_text_ struct text said = { 0 };
	bool whole = true;

	/* Another's commit may have brought the same texts. */
	if (git_whole(g, ask, &said, NULL) < 0 ||
	    !strstr(text_str(&said), g->head))
		return;
	for (size_t i = 0; i < n; i++) {
		const char *const words[] = { "reset", "-q", g->head, "--",
					      files[i].path, NULL };

		int r = put_back(g, &files[i]);

		if (r > 0)
			r = git_whole(g, words, &said, NULL);
		whole &= r >= 0;
	}
	if (!whole)
		diag_hint(d, "'git status' there says what is half done; 'git reset --hard' takes it back");
}

/* A proof takes minutes, in which somebody may have worked there. */
static int check_head(const struct adopt_git *g, struct diag *d)
{
	diag_spare(d);

	_cleanup_text_ struct text said = { 0 };
	char head[sizeof(g->head)] = "";
	int status, r = GIT(g, false, &said, &status, d, "rev-parse",
			    "--verify", "HEAD^{commit}");

	if (r < 0)
		return r;
	one_line(&said, head, sizeof(head));
	if (!status && str_eq(head, g->head))
		return 0;
	diag_fail(d, EBUSY, "another commit is checked out than at the beginning: found %.12s, wanted %.12s",
		  head, g->head);
	diag_hint(d, "say it again, and leave the tree alone meanwhile");
	return diag_in(d, "%s", g->tree);
}

int adopt_git_take(struct adopt_git *g, const struct adopt_file *files,
		   size_t n, const char *message, struct diag *d)
{
	diag_spare(d);

	_cleanup_text_ struct text said = { 0 };
	char made[72];

	int r = check_clean(g, d);

	if (!r)
		r = check_head(g, d);
	/* The same commit again, for its date is kept, now into the tree's. */
	(void)snprintf(made, sizeof(made), "%s", g->commit);
	g->real = true;
	if (!r)
		r = commit_files(g, files, n, message, d);
	if (!r && !str_eq(made, g->commit))
		r = diag_fail(d, EIO, "git made another commit the second time: %s, then %s",
			      made, g->commit);
	if (r < 0)
		return r;
	r = git_whole(g, (const char *const[]){ "merge", "--ff-only", "-q",
						"--no-verify-signatures",
						g->commit, NULL },
		      &said, d);
	if (r < 0) {
		undo(g, files, n, d);
		diag_hint(d, "the tree is as it was; 'git status' there says what is in the way, and if somebody committed meanwhile, say it again");
	}
	return r;
}
