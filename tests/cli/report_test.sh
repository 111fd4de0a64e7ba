#!/usr/bin/env bash
# h5pave plan --profile and h5pave report: what programs did and what it cost; pages that are HTML.
# shellcheck source=tests/cli/support.sh
. "$(dirname "$0")/support.sh"
need_python

H5PAVE_PROFILE=p.json H5PAVE_STATS=s.json RUN "$python" - <<'END'
import h5py, numpy as np
r = np.random.default_rng(2)
with h5py.File('a.h5', 'w') as f:
    x = f.create_dataset('run_1/<b>&"odd"\'', (600, 900), 'f4', chunks=(60, 90), compression='gzip')
    x[...] = r.random((600, 900), 'f4')
    for _ in range(50): x[:, r.integers(900)]
    y = f.create_dataset('cube', (64, 64, 64), 'f4', chunks=(8, 8, 8))
    for i in range(64): y[i] = np.full((64, 64), i, 'f4')
    f.create_dataset('line', data=np.ones(100_000, 'f4'))
    f.create_dataset('unread', (3000, 3000), 'f4', chunks=(100, 100), compression='gzip')
END

# --- plan --profile -------------------------------------------------------------------------------
check_rc "plan --profile" 0 "$h5pave" plan a.h5 --profile p.json
check_has "what programs did and what it cost" out.txt "^/run_1/<b>&\"odd\"'	\*,1, read	50	120000	10800000	90	[0-9.e-]+$"
check_has "rows in order" out.txt '^/cube	1,\*,\* in order, written	64	1048576	8388608	8	'
check_has "the plan is for these accesses" out.txt "^/run_1/.*	best	600x[0-9]+	[0-9]+	[0-9.]+	\*,1, read	"
check_has "the command for a program" out.txt '^    h5pave run --chunk .*=override.* --profile p.json -- program$'
check_has "datasets without accesses" out.txt '^/unread: has no accesses in the profile$'
check_rc "plan --profile --json" 0 "$h5pave" plan a.h5 --profile p.json --json
check "JSON" "$("$python" -c "
import json
d = json.load(open('out.txt'))
x = [x for x in d['datasets'] if x['path'].startswith('/run_1')][0]
print(d['profile'], d['access'], [(a['boxes'], a['calls'], a['amplification']) for a in x['recorded'] if a['calls'] > 1])")" \
    "p.json None [(['*,1, read'], 50, 90.0)]"
while IFS='|' read -r rc arguments message; do
    # shellcheck disable=SC2086 # several words
    check_rc "$arguments" "$rc" "$h5pave" $arguments
    check_has "$arguments says why" err.txt "$message"
done <<'TABLE'
1|plan a.h5 --profile none.json|there is no profile 'none.json'
1|plan a.h5 --profile a.h5|the profile 'a.h5' is not a profile
2|plan a.h5 --profile p.json --access row|give one
2|plan --shape 3 --type f4 --profile p.json|--profile needs a FILE
2|report p.json|report needs -o FILE
2|report p.json -o p.json|would overwrite
1|report none.json -o r.html|cannot read none.json: No such file
1|report a.h5 -o r.html|a.h5 is not a profile of h5pave, nor statistics
1|report p.json -o none/r.html|cannot write none/r.html
2|report p.json -o r.html --storage tape|legal values: local, parallel, object
TABLE
check "nothing was written where nothing could be" "$([ -e r.html ] || echo none)" none

# --- report ---------------------------------------------------------------------------------------
# page FILE: every tag is closed by its own, nothing comes from elsewhere; prints headings and counts.
cat >page.py <<'END'
import html.parser, sys
class Page(html.parser.HTMLParser):
    open_tags, headings, counts, text = [], [], {}, ""
    def handle_starttag(self, tag, attributes):
        self.counts[tag] = self.counts.get(tag, 0) + 1
        assert tag not in ("script", "link", "img", "iframe"), tag
        for name, value in attributes:
            assert name not in ("src", "href") and "url(" not in (value or ""), (tag, name, value)
        if tag not in ("meta", "br"): self.open_tags.append(tag)
        if tag == "h2": self.headings.append("")
    def handle_endtag(self, tag):
        assert self.open_tags.pop() == tag, (tag, self.getpos())
    def handle_data(self, data):
        if "h2" in self.open_tags: self.headings[-1] += data
        if "style" in self.open_tags: assert "url(" not in data and "@import" not in data
        else: self.text += data
    def handle_startendtag(self, tag, attributes): assert False, (tag, "is closed at once")
text = open(sys.argv[1], encoding="utf-8", newline="").read()
page = Page()
page.feed(text)
page.close()
assert page.open_tags == [] and text.startswith("<!DOCTYPE html>"), page.open_tags
assert "<b>" not in text.replace("&lt;b&gt;", "")
for wanted in sys.argv[2:]: assert wanted in page.text, wanted
print(page.headings, page.counts.get("figure", 0), page.counts["svg"] > 3)
END
# The dearest first, by seconds that no machine decides.
jq '.datasets |= map(.path as $p | .accesses[].seconds =
    if $p == "/cube" then 2 elif $p == "/line" then 1 else 3 end)' p.json >told.json
mv told.json p.json
check_rc "report of a profile" 0 "$h5pave" report p.json -o r.html
check "report says nothing" "$(cat out.txt err.txt)" ''
check "the page: datasets and pictures" "$("$python" page.py r.html '*,1, read' 'chunks 60x90' 'times faster' '90' 2>&1)" \
    "['/run_#/<b>&\"odd\"\\'', '/cube', '/line'] 5 True"
check_rc "report of statistics" 0 "$h5pave" report s.json --output s.html
check "the page: phases and reasons" "$("$python" page.py s.html 'Time by phase' 'filters' 'write:unfiltered' 'Fixed Array' 2>&1)" \
    "['Time by phase', 'Left to native HDF5, by reason', '/run_1/<b>&\"odd\"\\'', '/cube', '/line', '/unread'] 0 True"

# Extreme and damaged profiles make a page or one line, never a crash.
"$python" - <<'END'
import json, random
good = open('p.json').read()
random.seed(3)
big = json.loads(good)
for d in big['datasets']:
    d['shape'] = [2**64 - 2] * len(d['shape']); d['max_shape'] = d['shape']
    for a in d['accesses']:
        a['start'] = [2**64 - 3] * len(a['start']); a['calls'] = a['bytes_touched'] = 2**64 - 1; a['bytes_wanted'] = 1
json.dump(big, open('big.json', 'w'))
for d in big['datasets']: d['shape'] = [0] * len(d['shape'])
json.dump(big, open('zero.json', 'w'))
for i in range(60):
    text = list(open('s.json').read() if i % 2 else good)
    for _ in range(3): text[random.randrange(len(text))] = random.choice('[]{},:"0123456789-xe\n')
    open(f'damaged{i}.json', 'w').write(''.join(text))
END
for name in big zero; do
    check_rc "numbers at the limits: $name" 0 "$h5pave" report $name.json -o $name.html
    check "numbers at the limits: a page: $name" "$("$python" page.py $name.html 2>&1 | grep -c 'True$')" 1
done
for i in $(seq 0 59); do
    rc=0
    "$h5pave" report "damaged$i.json" -o d.html 2>err.txt || rc=$?
    [ "$rc" -eq 0 ] || [ "$rc" -eq 1 ] && [ "$(wc -l <err.txt)" -eq "$rc" ] || echo "$i: $rc $(cat err.txt)"
done >bad
check "60 damaged files: a page or one line" "$(cat bad)" ''
finish
