import { sh, type Sh } from '../../../src/steps/index.ts';

/**
 * What edits keys of INI files, as functions of awk. A section may stand several times: programs take all of it for one. A value
 * goes on in the next line where its own ends in a backslash and that one begins with white space.
 */
export const iniFunctions: Sh = sh`function trim(s) { sub(/^[ \t]+/, "", s); sub(/[ \t]+$/, "", s); return s }
function header(s) { return s ~ /^[ \t]*\[[^]]*\]/ ? 1 : 0 }
function key(s, mark,   i) {
  s = trim(s)
  if (s == "" || s ~ /^[#;]/ || header(s)) return ""
  i = index(s, mark)
  return i ? trim(substr(s, 1, i - 1)) : s
}
function goes_on(i) { return i < N && bare(L[i]) ~ /\\$/ }
function rest(i,   n) {
  for (n = 0; goes_on(i + n); n++) if (L[i + n + 1] !~ /^[ \t]/) {
    fail("the value in line " i " ends in a backslash, and whether the next line belongs to it cannot be told: use line or block")
    break
  }
  return n
}
function sections(   i, s, head, inside) {
  inside = F[5] == "no"
  LAST = 0
  for (i = 1; i <= N; i++) {
    s = bare(L[i])
    if (header(s)) {
      sub(/^[ \t]*\[/, "", s)
      inside = F[5] == "yes" && same(trim(substr(s, 1, index(s, "]") - 1)), F[6])
      if (inside && !head) head = LAST = i
    }
    MINE[i] = inside
    if (inside && LAST == i - 1) LAST = i
  }
  return head
}
function ini(   i, j, n, s, head, last, at, h, mark, lead, gap, more) {
  mark = F[8]
  head = sections()
  last = LAST
  if (F[5] == "yes" && !head) {
    if (F[4] == "absent") return
    n = 0
    if (N > 0 && bare(L[N]) != "") NEW[++n] = ""
    NEW[++n] = "[" F[6] "]"
    splice(N + 1, 0, n)
    for (i = N - n + 1; i <= N; i++) MINE[i] = 0
    head = last = N
  }
  if (F[7] == "") {
    if (F[4] == "absent") for (i = N; i >= 1; i = j) {
      for (j = i; j >= 1 && MINE[j]; j--) ;
      if (j < i) splice(j + 1, i - j, 0)
      else j--
    }
    return
  }
  n = split(F[10], VALUE, "\001") - 1
  if (n < 0) n = 0
  for (i = 1; i <= n; i++) VALUE[i] = VALUE[i + 1]
  for (i = 1; i <= N; i++)
    if (MINE[i] && same(key(bare(L[i]), mark), F[7]) && !(i > 1 && goes_on(i - 1) && L[i] ~ /^[ \t]/)) HIT[++h] = i
  if (F[4] == "absent") {
    for (j = h; j >= 1; j--) {
      s = bare(L[HIT[j]])
      at = index(s, mark)
      for (i = 1; i <= n; i++) if (at && same(trim(substr(s, at + length(mark))), VALUE[i])) break
      if (n == 0 || i <= n) splice(HIT[j], 1 + rest(HIT[j]), 0)
    }
    return
  }
  for (j = h; j >= 1; j--) {
    if (j > n) {
      more = 1 + rest(HIT[j])
      if (HIT[j] <= last) last -= more
      splice(HIT[j], more, 0)
      continue
    }
    s = bare(L[HIT[j]])
    at = index(s, mark)
    if (!at) { s = s (F[9] != "" ? F[9] : style(head, mark)); set(HIT[j], trimmed(s, VALUE[j])); continue }
    lead = substr(s, 1, at + length(mark) - 1)
    s = substr(s, at + length(mark))
    if (same(trim(s), VALUE[j])) continue
    match(s, /^[ \t]*/)
    gap = substr(s, 1, RLENGTH)
    if (gap == "" && trim(s) == "" && lead ~ /[ \t]./ && mark != " ") gap = " "
    more = rest(HIT[j])
    set(HIT[j], trimmed(lead gap, VALUE[j]))
    if (more) {
      splice(HIT[j] + 1, more, 0)
      if (HIT[j] <= last) last -= more
      for (i = j + 1; i <= h; i++) HIT[i] -= more
    }
  }
  if (n <= h) return
  lead = ""
  for (i = head + 1; i <= last; i++) if (key(bare(L[i]), mark) != "") {
    match(L[i], /^[ \t]*/)
    lead = substr(L[i], 1, RLENGTH)
    break
  }
  lead = lead F[7] (F[9] != "" ? F[9] : style(head, mark))
  if (h) at = HIT[h] + rest(HIT[h])
  else for (at = last; at > head && trim(bare(L[at])) == ""; at--) ;
  i = 0
  for (j = h + 1; j <= n; j++) NEW[++i] = trimmed(lead, VALUE[j])
  splice(at + 1, 0, i)
}
function trimmed(lead, value) {
  if (value == "") sub(/[ \t]+$/, "", lead)
  return lead value
}
function style(head, mark,   i, k, s, at) {
  for (k = 0; k < N; k++) {
    i = (head + k) % N + 1
    s = bare(L[i])
    if (key(s, mark) == "") continue
    at = index(s, mark)
    if (!at || trim(substr(s, at + length(mark))) == "") continue
    return (substr(s, at - 1, 1) ~ /[ \t]/ ? " " : "") mark (substr(s, at + length(mark), 1) ~ /[ \t]/ ? " " : "")
  }
  return (mark == ":" ? "" : " ") mark " "
}`;
