/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading modprobe.d and the kernel's command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "conf/conf.h"

struct heard {
	struct text text;
	struct text *hints; /* NULL: nobody asks for them */
};

static void hear(void *arg, int prio, const char *func, const char *text)
{
	struct heard *h = arg;

	(void)prio;
	(void)func;
	text_addf(&h->text, "%s\n", text);
}

static void hear_hint(void *arg, const char *text)
{
	struct heard *h = arg;

	if (h->hints)
		text_addf(h->hints, "%s\n", text);
}

static char dir[] = "/tmp/lkm-test-conf.XXXXXX";

static void put(const char *name, const char *text)
{
	_cleanup_free_ char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", dir, name) > 0);
	assert_int_equal(file_write(path, text, strlen(text), 0644, NULL), 0);
}

static int set_up(void **state)
{
	(void)state;
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
	return mkdtemp(dir) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	return tree_remove(dir, NULL);
}

static void read_conf(struct conf *c, struct heard *h, bool folder,
		      const char *cmdline)
{
	const char *const paths[] = { dir, NULL };
	_cleanup_free_ char *file = NULL;

	if (cmdline) {
		put("cmdline", cmdline);
		assert_true(asprintf(&file, "%s/cmdline", dir) > 0);
	}

	struct conf_from from = { .paths = paths, .folder = folder ? dir : NULL,
				  .cmdline = file, .say = hear,
				  .hint = hear_hint, .arg = h };
	struct diag d = { 0 };

	assert_int_equal(conf_read(&from, c, &d), 0);
}

/* All lines of a kind as "key=value;". */
static const char *lines(const struct conf *c, enum conf_kind kind,
			 struct text *t)
{
	for (size_t i = 0; i < c->of[kind].n; i++)
		text_addf(t, "%s=%s;", c->of[kind].v[i].key,
			  c->of[kind].v[i].value ? c->of[kind].v[i].value :
						   "");
	return text_str(t);
}

static void check(const struct conf *c, enum conf_kind kind, const char *want)
{
	_cleanup_text_ struct text t = { 0 };

	assert_string_equal(lines(c, kind, &t), want);
}

static void every_keyword(void **state)
{
	_cleanup_conf_ struct conf c = { 0 };
	struct heard h = { 0 };

	(void)state;
	put("a.conf", "alias pci-v[a-z]-x my-mod\nblacklist b-c d\n"
		      "options my-mod a=1\tb=2  \ninstall i /bin/true \n"
		      "remove r-x echo  hi\nweakdep w-x a b-c\n"
		      "softdep s x pre: a-b post: c pre: d\n"
		      "deny evil-* it is bad\nallow a b-*\n\toptions q r\n");
	read_conf(&c, &h, false, NULL);
	assert_string_equal(text_str(&h.text), "");
	check(&c, CONF_ALIAS, "pci_v[a-z]_x=my_mod;");
	check(&c, CONF_BLACKLIST, "b_c=;");
	check(&c, CONF_OPTIONS, "my_mod=a=1 b=2  ;q=r;");
	check(&c, CONF_INSTALL, "i=/bin/true ;");
	check(&c, CONF_REMOVE, "r_x=echo  hi;");
	check(&c, CONF_DENY, "evil_*=it is bad;");
	check(&c, CONF_ALLOW, "a=;b_*=;");

	const struct conf_line *s = conf_next(&c, CONF_SOFTDEP, "s", NULL);

	assert_non_null(s);
	assert_int_equal(s->n_pre, 2);
	assert_string_equal(s->pre[0], "a-b");
	assert_string_equal(s->pre[1], "d");
	assert_int_equal(s->n_post, 1);
	assert_string_equal(s->post[0], "c");
	assert_int_equal(s->line, 7);
	assert_int_equal(conf_next(&c, CONF_WEAKDEP, "w_x", NULL)->n_pre, 2);
	assert_null(conf_next(&c, CONF_SOFTDEP, "s", s));
	text_fini(&h.text);
}

static void joined_lines_and_comments(void **state)
{
	_cleanup_conf_ struct conf c = { 0 };
	struct heard h = { 0 };

	(void)state;
	put("a.conf", "# one\n  # two\n\noptions a\\\nb c=\\\n d\n"
		      "options last x=1\\");
	read_conf(&c, &h, false, NULL);
	assert_string_equal(text_str(&h.text), "");
	check(&c, CONF_OPTIONS, "ab=c= d;last=x=1;");
	assert_int_equal(c.of[CONF_OPTIONS].v[0].line, 4);
	assert_int_equal(c.of[CONF_OPTIONS].v[1].line, 7);
	text_fini(&h.text);
}

static void bad_lines_are_told(void **state)
{
	_cleanup_conf_ struct conf c = { 0 };
	struct heard h = { 0 };
	static const char *const bad[] = {
		"foo bar", "alias a", "blacklist", "options x", "install y",
		"softdep z", "alias foo[ bar", "weakdep k", "deny", "deny x[",
		"remove r ", "blacklist a]", "deny y\\\\",
	};
	_cleanup_text_ struct text t = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		text_addf(&t, "%s\n", bad[i]);
	put("a.conf", text_str(&t));
	read_conf(&c, &h, false, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_free_ char *want = NULL;

		assert_true(asprintf(&want,
				     "line %zu: ignoring bad line starting with '%.*s'%s\n",
				     i + 1, (int)strcspn(bad[i], " "), bad[i],
				     !strncmp(bad[i], "deny", 4) ?
					     ": nothing is denied by it" :
					     "") > 0);
		assert_non_null(strstr(text_str(&h.text), want));
	}
	for (enum conf_kind k = 0; k < CONF_KINDS; k++)
		assert_int_equal(c.of[k].n, 0);
	text_fini(&h.text);
}

static void hints_say_what_was_wanted(void **state)
{
	_cleanup_conf_ struct conf c = { 0 };
	_cleanup_text_ struct text hints = { 0 };
	struct heard h = { .hints = &hints };

	(void)state;
	put("a.conf", "options x y=1\ninclude x\n\noptions\\\n x\nfoo\n");
	read_conf(&c, &h, false, NULL);
	assert_non_null(strstr(text_str(&hints),
			       "/a.conf:2: remove the line"));
	assert_non_null(strstr(text_str(&hints),
			       "/a.conf:4: wanted: options MODULE PARAM"));
	assert_non_null(strstr(text_str(&hints),
			       "/a.conf:6: wanted: a line that begins"));
	text_fini(&h.text);
}

static void users_softdeps_come_first(void **state)
{
	_cleanup_conf_ struct conf c = { 0 };
	struct heard h = { 0 };

	(void)state;
	put("modules.softdep", "# kernel\nsoftdep m pre: theirs\n");
	put("z.conf", "softdep m pre: mine\n");
	read_conf(&c, &h, true, NULL);

	const struct conf_line *l = conf_next(&c, CONF_SOFTDEP, "m", NULL);

	assert_non_null(l);
	assert_string_equal(l->pre[0], "mine");
	assert_int_equal(l->origin, CONF_USER);
	l = conf_next(&c, CONF_SOFTDEP, "m", l);
	assert_non_null(l);
	assert_string_equal(l->pre[0], "theirs");
	assert_int_equal(l->origin, CONF_FOLDER);
	text_fini(&h.text);
}

static void command_line(void **state)
{
	_cleanup_conf_ struct conf c = { 0 };
	struct heard h = { 0 };

	(void)state;
	read_conf(&c, &h, false,
		  "ro a.b=1 c-d.e-f=2 \"g.h=x y\" i.j=\"p q\" k.l 0.0.0:1 "
		  "m=n.o p.q=r.s modprobe.blacklist=t-u,v t.u= w.w-w.v=1 "
		  "mod.p=a\"b c\"d modprobe.deny=e-f,g* modprobe.allow=h\n");
	check(&c, CONF_OPTIONS,
	      "a=b=1;c_d=e-f=2;g=h=\"x y\";i=j=\"p q\";k=l;p=q=r.s;t=u=;"
	      "mod=p=a\"b c\"d;");
	check(&c, CONF_BLACKLIST, "t_u=;v=;");
	check(&c, CONF_DENY, "e_f=;g*=;");
	check(&c, CONF_ALLOW, "h=;");
	assert_int_equal(c.of[CONF_DENY].v[0].origin, CONF_CMDLINE);
	text_fini(&h.text);
}

/* What forbids and cannot be understood is told, never passed over. */
static void slips_on_the_command_line(void **state)
{
	_cleanup_conf_ struct conf c = { 0 };
	_cleanup_text_ struct text hints = { 0 };
	struct heard h = { .hints = &hints };

	(void)state;
	read_conf(&c, &h, false,
		  "modprobe.deny=\"a-b,c\" modprobe.deny modprobe.deny=x-y[,d "
		  "modprobe.allow= a[.b=1 modprobe.blacklist");
	check(&c, CONF_DENY, "a_b=;c=;d=;");
	check(&c, CONF_ALLOW, "=;");
	check(&c, CONF_OPTIONS, "modprobe=blacklist;");
	assert_non_null(conf_denies(&c, "z", false));
	for (char *s = h.text.p; (s = strstr(s, dir));)
		memmove(s, s + strlen(dir), strlen(s + strlen(dir)) + 1);
	assert_string_equal(
		text_str(&h.text),
		"/cmdline: modprobe.deny: found no name: nothing is denied by it\n"
		"/cmdline: modprobe.deny: 'x-y[' is no name: nothing is denied by it\n"
		"/cmdline: modprobe.allow: found no name: nothing is allowed by it\n"
		"Ignoring bad option on kernel command line while parsing module name: 'a['\n");
	assert_non_null(strstr(text_str(&hints),
			       "/cmdline: wanted: modprobe.deny=PATTERN,"));
	text_fini(&h.text);
}

/* An editor of another system ends lines with CR LF. */
static void carriage_returns(void **state)
{
	_cleanup_conf_ struct conf c = { 0 };
	struct heard h = { 0 };

	(void)state;
	put("a.conf", "deny evil\r\ndeny bad why \r\nsoftdep a pre: b\r\n"
		      "allow x\ty\r\n");
	read_conf(&c, &h, false, NULL);
	check(&c, CONF_DENY, "evil=;bad=why;");
	check(&c, CONF_ALLOW, "x=;y=;");
	assert_string_equal(c.of[CONF_SOFTDEP].v[0].pre[0], "b");
	text_fini(&h.text);
}

/* kmod's lines: a backslash goes, the last line of several is named. */
static void backslashes(void **state)
{
	_cleanup_conf_ struct conf c = { 0 };
	struct heard h = { 0 };

	(void)state;
	put("a.conf", "install a  x \\n \\\\ \\\"q\\\"\noptions b \\\nc\n"
		      "alias \\\n\\\n\noptions d \\\\\nblacklist e\\\\\\\nf\n");
	read_conf(&c, &h, false, NULL);
	check(&c, CONF_INSTALL, "a= x n \\ \"q\";");
	check(&c, CONF_OPTIONS, "b=c;d=\\;");
	check(&c, CONF_BLACKLIST, "e\\f=;");
	assert_non_null(strstr(text_str(&h.text), "a.conf line 6: ignoring"));
	assert_int_equal(c.of[CONF_OPTIONS].v[1].line, 7);
	text_fini(&h.text);
}

static void deny_and_allow(void **state)
{
	_cleanup_conf_ struct conf c = { 0 };
	struct heard h = { 0 };

	(void)state;
	put("a.conf", "allow good both\ndeny both\n");
	read_conf(&c, &h, false, NULL);
	assert_null(conf_denies(&c, "good", false));
	assert_int_equal(conf_denies(&c, "both", false)->kind, CONF_DENY);
	assert_int_equal(conf_denies(&c, "other", false)->kind, CONF_ALLOW);
	assert_null(conf_denies(&c, "other", true));
	assert_non_null(conf_denies(&c, "both", true));
	text_fini(&h.text);
}

/* A slip in an allow-list must not allow everything. */
static void a_broken_allow_list_allows_nothing(void **state)
{
	_cleanup_conf_ struct conf c = { 0 };
	struct heard h = { 0 };

	(void)state;
	put("a.conf", "allow x[\n");
	read_conf(&c, &h, false, NULL);
	assert_non_null(strstr(text_str(&h.text), "'allow'"));
	assert_non_null(conf_denies(&c, "x", false));
	text_fini(&h.text);
}

static void odd_files(void **state)
{
	_cleanup_conf_ struct conf c = { 0 };
	_cleanup_free_ char *fifo = NULL, *sub = NULL;
	struct heard h = { 0 };

	(void)state;
	assert_true(asprintf(&fifo, "%s/f.conf", dir) > 0);
	assert_true(asprintf(&sub, "%s/d.conf", dir) > 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(mkdir(sub, 0700), 0);
	put("g.conf", "blacklist still");
	put(".h.conf", "blacklist hidden\n");
	put("h.txt", "blacklist text\n");
	read_conf(&c, &h, false, NULL);
	check(&c, CONF_BLACKLIST, "still=;");
	assert_non_null(strstr(text_str(&h.text), "f.conf: not a regular"));
	assert_non_null(strstr(text_str(&h.text), "d.conf"));
	text_fini(&h.text);
}

/* More than anybody's configuration is no reason to run out of memory. */
static void too_much_is_refused(void **state)
{
	_cleanup_text_ struct text t = { 0 };
	const char *const paths[] = { dir, NULL };
	struct conf_from from = { .paths = paths };
	struct conf c = { 0 };
	struct diag d = { 0 };

	(void)state;
	for (size_t i = 0; i < 600000; i++)
		text_add(&t, "blacklist a\n");
	put("a.conf", text_str(&t));
	put("b.conf", text_str(&t));
	put("c.conf", text_str(&t));
	assert_int_equal(conf_read(&from, &c, &d), -EFBIG);
	assert_true(d.hint[0]);
	assert_int_equal(c.of[CONF_BLACKLIST].n, 0);
}

static void normal_names(void **state)
{
	char b[8];

	(void)state;
	assert_int_equal(conf_normal("a-b[c-d]", b, sizeof(b)),
			 -ENAMETOOLONG);
	assert_int_equal(conf_normal("-[-]-", b, sizeof(b)), 0);
	assert_string_equal(b, "_[-]_");
	assert_int_equal(conf_normal("a[b", b, sizeof(b)), -EINVAL);
	assert_int_equal(conf_normal("a]b", b, sizeof(b)), -EINVAL);
}

/* A depmod was interrupted between its renames: the set that waits counts,
 * but for what another depmod made since. */
static void pending_softdeps_count(void **state)
{
	static const struct timespec old[2] = { { .tv_sec = 1000 },
						{ .tv_sec = 1000 } };
	_cleanup_free_ char *folder = NULL, *weak = NULL;
	_cleanup_conf_ struct conf c = { 0 };
	struct heard h = { 0 };

	(void)state;
	assert_true(asprintf(&folder, "%s/modules.lkm-pending", dir) > 0);
	assert_true(asprintf(&weak, "%s/modules.weakdep", folder) > 0);
	assert_int_equal(dir_make(folder, NULL), 0);
	put("modules.softdep", "softdep m pre: old\n");
	put("modules.lkm-pending/modules.softdep", "softdep m pre: new\n");
	put("modules.weakdep", "weakdep m new\n");
	put("modules.lkm-pending/modules.weakdep", "weakdep m old\n");
	assert_int_equal(utimensat(AT_FDCWD, weak, old, 0), 0);
	read_conf(&c, &h, true, NULL);
	assert_string_equal(text_str(&h.text), "");
	check(&c, CONF_SOFTDEP, "m=pre: new;");
	check(&c, CONF_WEAKDEP, "m=new;");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_keyword),
		TEST(pending_softdeps_count),
		TEST(joined_lines_and_comments),
		TEST(bad_lines_are_told),
		TEST(hints_say_what_was_wanted),
		TEST(users_softdeps_come_first),
		TEST(command_line),
		TEST(slips_on_the_command_line),
		TEST(carriage_returns),
		TEST(backslashes),
		TEST(deny_and_allow),
		TEST(a_broken_allow_list_allows_nothing),
		TEST(odd_files),
		TEST(too_much_is_refused),
		TEST(normal_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
