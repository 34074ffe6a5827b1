/**
 * Functions of awk about versions of Debian. `fits(version, rule)`: is it within all ranges of the rule, which are behind
 * the name of the package?
 *
 * @see https://manpages.debian.org/bookworm/dpkg-dev/deb-version.7.en.html#Sorting_algorithm
 */
export const compareVersions = `
function fits(version, rule,   words, count, nth, order, operator) {
  count = split(rule, words, " ")
  for (nth = 2; nth <= count; nth++) {
    operator = words[nth]
    sub(/[^<>=!].*/, "", operator)
    order = compared(version, substr(words[nth], length(operator) + 1))
    if (operator == ">=" && order < 0 || operator == ">" && order <= 0) return 0
    if (operator == "<=" && order > 0 || operator == "<" && order >= 0) return 0
    if (operator == "!=" && order == 0) return 0
  }
  return 1
}
function compared(a, b,   order) {
  order = digits(epoch(a), epoch(b))
  sub(/^[0-9]*:/, "", a)
  sub(/^[0-9]*:/, "", b)
  if (order == 0) order = parts(upstream(a), upstream(b))
  if (order == 0) order = parts(revision(a), revision(b))
  return order
}
function epoch(text) { return index(text, ":") ? substr(text, 1, index(text, ":") - 1) : "0" }
function upstream(text) { sub(/-[^-]*$/, "", text); return text }
function revision(text) { return sub(/.*-/, "", text) ? text : "" }
function digits(a, b) {
  sub(/^0+/, "", a)
  sub(/^0+/, "", b)
  if (length(a) != length(b)) return length(a) < length(b) ? -1 : 1
  return a "" == b "" ? 0 : (a "" < b "" ? -1 : 1)
}
# Of other signs, a tilde comes before the end, and letters before all else.
function place(sign) {
  if (sign == "~") return -1
  return index("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+-.:", sign == "" ? "0" : sign)
}
function parts(a, b,   order) {
  while (a != "" || b != "") {
    while (a ~ /^[^0-9]/ || b ~ /^[^0-9]/) {
      order = place(substr(a, 1, 1)) - place(substr(b, 1, 1))
      if (order != 0) return order
      a = substr(a, 2)
      b = substr(b, 2)
    }
    order = digits(number(a), number(b))
    if (order != 0) return order
    sub(/^[0-9]+/, "", a)
    sub(/^[0-9]+/, "", b)
  }
  return 0
}
function number(text) { sub(/[^0-9].*/, "", text); return text }
`;
