/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm tour --html: how the pages look. Light and dark as the reader has it. */
#ifndef LKM_TOOLS_TOUR_STYLE_H
#define LKM_TOOLS_TOUR_STYLE_H

static const char tour_style[] =
	":root { color-scheme: light dark; --text: #1d2329; --page: #fff;\n"
	"  --dim: #59636e; --line: #d5dae0; --box: #f4f6f8; --link: #0b57b0;\n"
	"  --here: #1a7f37; --there: #8a4b08; --edge: #59636ea0; }\n"
	"@media (prefers-color-scheme: dark) {\n"
	"  :root { --text: #dfe5ea; --page: #14181c; --dim: #98a3ae;\n"
	"    --line: #323a42; --box: #1d2329; --link: #7ab7ff;\n"
	"    --here: #6fd08c; --there: #f0b56b; --edge: #c5d2e0a0; }\n"
	"}\n"
	"* { box-sizing: border-box; }\n"
	"body { margin: 0 auto; padding: 0 1rem 2rem; max-width: 46rem;\n"
	"  color: var(--text); background: var(--page);\n"
	"  font: 1.05rem/1.6 system-ui, sans-serif; overflow-wrap: break-word; }\n"
	"h1 { font-size: 1.7rem; line-height: 1.25; margin: 1.2rem 0 1rem; }\n"
	"h2 { font-size: 1.25rem; margin: 2rem 0 .6rem; }\n"
	"a { color: var(--link); }\n"
	"code, pre { font-family: ui-monospace, monospace; font-size: .88em; }\n"
	"code { background: var(--box); padding: .1em .25em; border-radius: 3px; }\n"
	"pre { background: var(--box); border: 1px solid var(--line);\n"
	"  border-radius: 6px; padding: .7rem .8rem; overflow-x: auto;\n"
	"  line-height: 1.45; tab-size: 8; margin: .8rem 0; }\n"
	/*
	 * A shade at an edge says that the text goes on there. The covers lie
	 * above the shades and go along with the text: where it ends, they hide
	 * them. A bar that is always there says it where there is a mouse.
	 */
	"@media screen {\n"
	"  pre { background: linear-gradient(90deg, var(--box) 60%, transparent)\n"
	"      0 0 / 2.4rem 100% no-repeat local,\n"
	"    linear-gradient(270deg, var(--box) 60%, transparent)\n"
	"      100% 0 / 2.4rem 100% no-repeat local,\n"
	"    linear-gradient(90deg, var(--edge), transparent)\n"
	"      0 0 / 1.1rem 100% no-repeat scroll,\n"
	"    linear-gradient(270deg, var(--edge), transparent)\n"
	"      100% 0 / 1.1rem 100% no-repeat scroll, var(--box);\n"
	"    scrollbar-width: thin; scrollbar-color: var(--edge) transparent; }\n"
	"}\n"
	"pre.run { border-left: 4px solid var(--here); }\n"
	"pre.guest { border-left: 4px solid var(--there); }\n"
	"pre.text { white-space: pre-wrap; }\n"
	"pre i, .note, figcaption { color: var(--dim); }\n"
	"figure { margin: .8rem 0; }\n"
	"figcaption { font-size: .9rem; }\n"
	"figure pre { margin-top: .2rem; }\n"
	"details { border: 1px solid var(--line); border-radius: 6px;\n"
	"  margin: .6rem 0; padding: .4rem .8rem; }\n"
	"pre code, details pre { padding: 0; background: none; }\n"
	"details pre { border: 0; }\n"
	"summary { cursor: pointer; }\n"
	"nav { display: flex; gap: 1rem; justify-content: space-between;\n"
	"  align-items: baseline; padding: .8rem 0; font-size: .9rem;\n"
	"  border-bottom: 1px solid var(--line); }\n"
	"main + nav { border: 0; border-top: 1px solid var(--line);\n"
	"  margin-top: 2rem; }\n"
	"nav a { flex: 1; text-decoration: none; }\n"
	"nav a.all { flex: none; }\n"
	"nav a.before::before { content: '\\2190\\00a0'; }\n"
	"nav a.next { text-align: right; }\n"
	"nav a.next::after { content: '\\00a0\\2192'; }\n"
	"nav a.all:first-child { margin-right: auto; }\n"
	"@media print {\n"
	"  body { max-width: none; font-size: 10.5pt; padding: 0; }\n"
	"  nav, details { display: none; }\n"
	"  pre { white-space: pre-wrap; break-inside: avoid-page; }\n"
	"  h1, h2, figcaption { break-after: avoid; }\n"
	"}\n";

#endif
