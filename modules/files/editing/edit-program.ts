import { sh, type Sh } from '../../../src/steps/index.ts';
import { iniFunctions } from './edit-ini.ts';

/**
 * Edits of text files in awk: mawk, that of busybox and gawk alike. An edit is one record of fields between tabs:
 * key, path, kind, and what the kind needs. With `ts_input` it is one edit, of what stands on standard input, which is
 * printed; without, those of all steps of the program, and the keys of those are printed that would change nothing.
 *
 * A record ends at a byte that no text has, so a whole file is one, with or without a newline at its end. A record is
 * cut into lines here. Texts are compared with "" behind them: awk takes those that look like numbers for numbers.
 */
export const editProgram: Sh = sh`ts_awk='
function fail(why) { if (FILTER) print why > "/dev/stderr"; FAILED = 1 }
function same(a, b) { return (a "") == (b "") }
function plain(s,   out, i, c) {
  out = ""
  while ((i = index(s, "\\")) > 0) {
    c = substr(s, i + 1, 1)
    out = out substr(s, 1, i - 1) (c == "n" ? "\n" : c == "t" ? "\t" : c == "1" ? "\001" : "\\")
    s = substr(s, i + 2)
  }
  return out s
}
function load(text) {
  # What some editors begin a file with is no part of its first line.
  MARK = substr(text, 1, 3) == "\357\273\277" ? "\357\273\277" : ""
  if (MARK != "") text = substr(text, 4)
  N = split(text, L, "\n")
  FINAL = N == 0 || L[N] == ""
  if (N > 0 && L[N] == "") N--
  CRLF = N > 0 && substr(L[1], length(L[1])) == "\r"
  if (CRLF && !FINAL) L[N] = L[N] "\r"
  CHANGED = 0
}
function bare(s) {
  return substr(s, length(s)) == "\r" ? substr(s, 1, length(s) - 1) : s
}
function set(i, s) {
  if (same(bare(L[i]), s)) return
  L[i] = s (CRLF ? "\r" : "")
  CHANGED = 1
}
function splice(at, del, count,   i, gap) {
  gap = count - del
  if (at + del > N && !(del > 0 && count > 0)) FINAL = 1
  if (gap > 0) for (i = N; i >= at + del; i--) L[i + gap] = L[i]
  if (gap < 0) for (i = at + del; i <= N; i++) L[i + gap] = L[i]
  N += gap
  for (i = 1; i <= count; i++) L[at + i - 1] = NEW[i] (CRLF ? "\r" : "")
  if (del > 0 || count > 0) CHANGED = 1
}
function place(how, re, first,   i, at) {
  if (how == "top") return 1
  at = 0
  if (how != "end") for (i = 1; i <= N; i++) if (bare(L[i]) ~ re) { at = i; if (first) break }
  return at == 0 ? N + 1 : how == "before" ? at : at + 1
}
function line(   i, s, at, here, re) {
  re = F[6]
  if (F[4] == "absent") {
    for (i = N; i >= 1; i--) {
      s = bare(L[i])
      if ((F[9] == "yes" && same(s, F[5])) || (re != "" && s ~ re)) splice(i, 1, 0)
    }
    return
  }
  for (i = 1; i <= N; i++) {
    s = bare(L[i])
    if (same(s, F[5])) here = i
    if (re != "" && s ~ re && !(F[10] == "first" && at)) at = i
  }
  if (at) { set(at, F[5]); return }
  if (here) return
  NEW[1] = F[5]
  splice(place(F[7], F[8], F[10] == "first"), 0, 1)
}
function block(   i, s, from, to, n) {
  for (i = 1; i <= N; i++) {
    s = bare(L[i])
    if (same(s, F[5])) {
      if (from) return fail("the block begins in line " from ", and again in line " i)
      from = i
    } else if (same(s, F[6])) {
      if (!from) return fail("the block ends in line " i ", but it does not begin before that")
      if (to) return fail("the block ends in line " to ", and again in line " i)
      to = i
    }
  }
  if (from && !to) return fail("the block begins in line " from ", but it has no end")
  if (F[4] == "absent") { if (from) splice(from, to - from + 1, 0); return }
  n = split(F[7], NEW, "\n")
  if (from && to - from - 1 == n) {
    for (i = 1; i <= n && same(bare(L[from + i]), NEW[i]); i++) ;
    if (i > n) return
  }
  for (i = n; i >= 1; i--) NEW[i + 1] = NEW[i]
  NEW[1] = F[5]
  NEW[n + 2] = F[6]
  if (from) splice(from, to - from + 1, n + 2)
  else splice(place(F[8], F[9], F[10] == "first"), 0, n + 2)
}
function filled(m,   i, p, at, len, tail, out) {
  if (K > 1) {
    at = 1
    for (p = 1; p < K; p++) {
      for (len = length(m) - at + 1; len > 0; len--)
        if (substr(m, at, len) ~ PART[p] && substr(m, at + len) ~ REST[p + 1]) break
      AT[p] = at
      at += len
    }
    AT[K] = at
  } else AT[1] = 1
  AT[K + 1] = length(m) + 1
  out = WITH[1]
  for (i = 2; i < W; i += 2) {
    split(WITH[i], GROUP, ",")
    out = out (WITH[i] == "0" ? m : substr(m, AT[GROUP[1] + 0], AT[GROUP[2] + 1] - AT[GROUP[1] + 0])) WITH[i + 1]
  }
  return out
}
function replace(   i, p, s, t, out, from, to, re, at, len, tail) {
  W = split(F[6], WITH, "\001")
  K = split(F[7], PART, "\001")
  tail = ""
  for (p = K; p >= 1; p--) {
    tail = PART[p] tail
    REST[p] = "^(" tail ")$"
    PART[p] = "^(" PART[p] ")$"
  }
  from = 1
  to = N
  if (F[8] != "") {
    for (i = 1; i <= N && bare(L[i]) !~ F[8]; i++) ;
    from = i + 1
  }
  if (F[9] != "") for (i = from; i <= to; i++) if (bare(L[i]) ~ F[9]) to = i - 1
  for (i = from; i <= to; i++) {
    t = s = bare(L[i])
    out = ""
    re = F[4]
    while (t != "" && match(t, re)) {
      at = RSTART
      len = RLENGTH
      if (len < 1) break
      out = out substr(t, 1, at - 1) filled(substr(t, at, len))
      t = substr(t, at + len)
      re = F[5]
    }
    set(i, out t)
  }
}
${iniFunctions}
function hosts(   i, j, n, s, own, note, at, names, first, want, v6, count) {
  n = split(F[6], VALUE, " ")
  for (j in OURS) delete OURS[j]
  for (j = 1; j <= n; j++) OURS[VALUE[j]] = 1
  for (i = N; i >= 1; i--) if (address(i) && same(tolower(WORD[1]), F[5])) first = i
  if (F[4] == "present" && !first) {
    NEW[1] = F[5] "\t" F[6]
    first = N + 1
    splice(first, 0, 1)
  }
  for (i = N; i >= 1; i--) {
    count = address(i)
    if (!count) continue
    own = same(tolower(WORD[1]), F[5])
    if (F[4] == "absent" && !own) continue
    if (!own && (index(WORD[1], ":") > 0) != (index(F[5], ":") > 0)) continue
    names = ""
    want = 0
    for (j = 2; j <= count; j++) {
      if (WORD[j] in OURS || (own && n == 0)) want = 1
      else names = names " " WORD[j]
    }
    if (F[4] == "present" && i == first) {
      s = ""
      for (j = 2; j <= n + 1; j++) s = s " " WORD[j]
      if (same(s, " " F[6])) {
        s = ""
        for (j = n + 2; j <= count; j++) s = s " " WORD[j]
        if (same(s, names)) continue
      }
      names = " " F[6] names
    } else if (!want) continue
    if (names == "") { splice(i, 1, 0); continue }
    s = bare(L[i])
    note = ""
    if (at = index(s, "#")) { note = " " substr(s, at); s = substr(s, 1, at - 1) }
    match(s, /^[ \t]*[^ \t]+[ \t]+/)
    set(i, substr(s, 1, RLENGTH) substr(names, 2) note)
  }
}
function address(i,   s) {
  s = bare(L[i])
  sub(/#.*/, "", s)
  return split(s, WORD, " ")
}
function apply() {
  if (F[3] == "line") line()
  else if (F[3] == "block") block()
  else if (F[3] == "replace") replace()
  else if (F[3] == "ini") ini()
  else hosts()
}
function edited(   i) {
  for (i = split(ITEM, F, "\t"); i > 2; i--) F[i] = plain(F[i])
  FAILED = 0
  apply()
  if (FAILED || !CHANGED) return
  CHANGED = 0
  apply()
  if (CHANGED) fail("what comes out would be edited again by every run: make the expression match less")
  CHANGED = 1
}
function slurp(file,   text, status) {
  status = (getline text < file)
  close(file)
  if (status < 0) fail("it cannot be read")
  return status > 0 ? text : ""
}
BEGIN { RS = "\001"; FS = "\001" }
FILTER {
  ITEM = $0
  load(slurp("/dev/fd/4"))
  if (!FAILED) edited()
  if (FAILED) exit 3
  if (CRLF && !FINAL && N > 0) L[N] = bare(L[N])
  printf "%s", MARK
  for (i = 1; i < N; i++) print L[i]
  if (N > 0) printf "%s%s", L[N], FINAL ? "\n" : ""
  next
}
{
  ITEM = $0
  split(ITEM, F, "\t")
  if (!same(F[2], PATH)) { PATH = F[2]; TEXT = slurp(PATH) }
  load(TEXT)
  if (!FAILED) edited()
  if (!FAILED && !CHANGED) print F[1]
}'
if [ -n "\${ts_input-}" ]; then
  { printf '%s' "$ts_input" | awk -v FILTER=1 "$ts_awk"; } 4<&0
else
  for ts_item do
    ts_path=\${ts_item#*"$TS_TAB"} ts_path=\${ts_path%%"$TS_TAB"*}
    if [ -f "$ts_path" ] && [ -r "$ts_path" ]; then printf '%s\001' "$ts_item"; fi
  done | awk "$ts_awk"
fi`;
