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

```run
printf '%0200d\n' 7
```
EOF
try 'pages are written' "$LKM" tour --html pages
try 'a line for each step, in a log' sh -c '"$LKM" tour --html pages 2>err >out &&
	printf "%s\n" " 1 of 2  01-first                   6 claims, 0 wrong, 0 blocks skipped" \
		" 2 of 2  02-second                  0 claims, 0 wrong, 0 blocks skipped" | diff - err &&
	grep -qx "pages/index.html: 2 steps, 6 claims, 0 wrong, 0 blocks skipped" out'
try 'none with -q' sh -c '"$LKM" tour --html pages -q 2>err && ! grep . err'
try 'what was there stays, ours are replaced' sh -c \
	'echo mine >pages/other && echo old >pages/style.css &&
	"$LKM" tour --html pages && grep -q mine pages/other && ! grep -q old pages/style.css'
try 'the index says what the two signs are' grep -q \
	'<code>#</code> one of root in a throw-away kernel' pages/index.html
try 'nothing was left out, and nothing is said of that' sh -c \
	'! grep -q "could not be run" pages/index.html'
cp -r lesson less
printf '\n```run needs=path:/nowhere\necho never\n```\n' >>less/01-first/step.md
try 'the index says how much was left out, the page why' sh -c \
	'LKM_TOUR=$PWD/less "$LKM" tour --html left &&
	grep -q "1 block of commands could not be run here, and says why" left/index.html &&
	grep -q "Not run here: this machine has no /nowhere" left/01-first.html'
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
# What is too long can be scrolled, and the edge behind which it goes on says so:
# before and after it was scrolled. What fits has no such edge.
cat >edges.py <<'END'
import html, json, re, struct, sys, zlib

def pixels(path): # rows of an unlaced picture of 8 bits a colour
    data, at, packed = open(path, 'rb').read(), 8, b''
    while at < len(data):
        n, kind = struct.unpack('>I4s', data[at:at + 8])
        part = data[at + 8:at + 8 + n]
        if kind == b'IHDR':
            width, height, bits, colour, _, _, laced = struct.unpack('>IIBBBBB', part)
            assert bits == 8 and colour in (2, 6) and not laced
        packed += part if kind == b'IDAT' else b''
        at += n + 12
    raw, size = zlib.decompress(packed), 3 if colour == 2 else 4
    rows, above = [], bytes(width * size)
    for y in range(height):
        line = raw[y * (width * size + 1):(y + 1) * (width * size + 1)]
        how, row = line[0], bytearray(line[1:])
        for i in range(len(row)):
            a = row[i - size] if i >= size else 0
            b = above[i]
            c = above[i - size] if i >= size else 0
            nearest = min((abs(b - c), 0, a), (abs(a - c), 1, b),
                          (abs(a + b - 2 * c), 2, c))[2]
            row[i] = (row[i] + (0, a, b, (a + b) // 2, nearest)[how]) & 255
        rows.append([tuple(row[i:i + 3]) for i in range(0, len(row), size)])
        above = bytes(row)
    return rows

title = re.search('<title>(.*)</title>', open('dom').read())[1]
shot, seen = pixels('shot.png'), set()
for left, top, right, wide in json.loads(html.unescape(title)):
    row = shot[round(top) + 8] # above the first line of text
    plain = row[round((left + right) / 2)]
    shade = [row[round(x)] != plain for x in (left + 7, right - 3)]
    wanted = [wide and sys.argv[1] == 'end', wide and sys.argv[1] == 'start']
    assert shade == wanted, (left, top, right, wide, shade)
    seen.add(wide)
assert seen == {True, False}, seen
END
edges() { # start or end
	cat >edges.js <<-'END'
	const v = [...document.querySelectorAll('main > pre')].map(e => {
		const r = e.getBoundingClientRect();
		return [r.left, r.top, r.right, e.scrollWidth > e.clientWidth];
	});
	document.title = JSON.stringify(v);
	END
	[ "$1" = start ] || sed -i '1i document.querySelectorAll("pre").forEach(e => e.scrollLeft = 1e6);' edges.js
	{ sed '/<\/body>/,$d' pages/01-first.html; echo '<script>'; cat edges.js
		echo '</script></body></html>'; } >pages/asked.html
	for what in --dump-dom --screenshot="$PWD/shot.png"; do
		timeout 120 "$browser" --headless --no-sandbox --disable-gpu \
			--user-data-dir="$PWD/profile" --window-size=500,2400 $what \
			"file://$PWD/pages/asked.html" >said 2>browser.log ||
			{ tail -5 browser.log; return 1; }
		[ $what != --dump-dom ] || mv said dom
	done
	python3 edges.py $1
}
try 'an edge says that a line goes on' edges start
try 'once scrolled, the other one' edges end
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
