# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 600
# --html: pages that are HTML, load nothing from elsewhere, run nothing, and can
# be read in a real browser on a telephone and on a desk.
. "$SRCDIR/tests/cli/tour/lib"
need_kernel
small_lesson
cat >>lesson/01-first/step.md <<'EOF'

Raw <script>alert(1)</script> and [a link](javascript:alert(2)).

```run
echo '<script>alert(3)</script> & "quoted"'; printf '\001\033[31m\n'
seq 100
```
```expect
100
```
EOF
try 'pages are written' "$LKM" tour --html pages
try 'what was there stays, ours are replaced' sh -c \
	'echo mine >pages/other && echo old >pages/style.css &&
	"$LKM" tour --html pages && grep -q mine pages/other && ! grep -q old pages/style.css'
try 'the index says what the two signs are' grep -q \
	'<code>#</code> one of root in a throw-away kernel' pages/index.html
try 'an exercise says what to type' grep -q \
	'<code>lkm tour check 02-second</code>' pages/02-second.html
cat >look.py <<'END'
import glob, html.parser, os, sys

VOID = {'meta', 'link', 'br', 'hr', 'img'}

class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.text = [], ''

    def handle_starttag(self, tag, attrs):
        assert tag != 'script', 'a script'
        for name, value in attrs:
            assert not name.startswith('on'), name
            if name in ('href', 'src'):
                assert os.path.exists('pages/' + value) or value == '', value
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.text += data

names = sorted(glob.glob('pages/*.html'))
assert [os.path.basename(n) for n in names] == \
    ['01-first.html', '02-second.html', 'index.html'], names
for n in names:
    p = Page()
    raw = open(n, encoding='utf-8').read()
    p.feed(raw)
    p.close()
    assert not p.open, p.open
    assert '\x1b' not in raw and '\x01' not in raw
    if '01' in n:
        assert '<script>alert(3)</script> & "quoted"' in p.text
        assert '(76 more lines)' in p.text, p.text[-900:]
        assert 'Because.' in p.text
css = open('pages/style.css').read()
assert 'url(' not in css and '@import' not in css
END
try 'well-formed, complete, nothing from elsewhere' python3 look.py

browser=$(command -v chromium || command -v chromium-browser ||
	command -v google-chrome || true)
[ -n "$browser" ] || {
	echo "ok - in a browser # SKIP no chromium here: scripts/setup --ci installs it"
	exit 0
}
# The page itself is asked how wide it came out: nothing may stick out.
asked() { # WIDTH SCHEME
	sed 's|</body>|<script>document.title = document.documentElement.scrollWidth <= innerWidth ? "it fits" : "sticks out";document.body.dataset.back = getComputedStyle(document.body).backgroundColor;</script></body>|' \
		pages/01-first.html >pages/asked.html
	timeout 120 "$browser" --headless --no-sandbox --disable-gpu \
		--user-data-dir="$PWD/profile" --window-size="$1",900 $2 \
		--dump-dom "file://$PWD/pages/asked.html" >dom 2>browser.log ||
		{ tail -5 browser.log; return 1; }
	grep -o '<title>.*</title>' dom
	grep -q '<title>it fits</title>' dom
}
for width in 500 1280; do # 500 is the least that its window can be
	try "$width pixels wide" asked $width
done
picture() {
	timeout 120 "$browser" --headless --no-sandbox --disable-gpu \
		--user-data-dir="$PWD/profile" --window-size=390,900 \
		--screenshot="$PWD/shot.png" "file://$PWD/pages/01-first.html" \
		>browser.log 2>&1
	[ "$(wc -c <shot.png)" -gt 5000 ]
}
try 'a picture of it' picture
print() {
	timeout 120 "$browser" --headless --no-sandbox --disable-gpu \
		--user-data-dir="$PWD/profile" --print-to-pdf="$PWD/page.pdf" \
		"file://$PWD/pages/01-first.html" >browser.log 2>&1
	head -c 5 page.pdf | grep -q '%PDF-'
}
try 'printed' print
