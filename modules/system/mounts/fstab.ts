import {
  absent,
  builtins,
  present,
  query,
  reading,
  requires,
  sh,
  value,
  type Sh,
  type Step,
} from '../../../src/steps/index.ts';

const path = '/etc/fstab';

// A file system is known by its mount point, which may end in slashes; swap space, which has none, by its source.
const keyFunction = `function key_of() {
  if ($0 ~ /^[ \\t]*(#|$)/) return ""
  if ($3 == "swap") return "swap:" $1
  one = $2
  while (one ~ /.\\/$/) sub(/\\/$/, "", one)
  return one
}`;

/** The lines that mean something: what each is known by, and the line as it stands there. */
const lines = query(
  'fstab',
  sh`[ -e ${path} ] || exit 0
exec awk ${`${keyFunction}
{ key = key_of() }
key == "" { next }
{ if (key in seen) print "twice:" key; seen[key]; print key "\\t" $0 }`} ${path}`,
);

/** A line of fstab; fields that are undefined are left as they are, and have their default in a new line. */
export interface FstabLine {
  readonly source: string;
  /** Undefined for swap space. */
  readonly path: string | undefined;
  readonly type: string;
  readonly options: string | undefined;
  readonly dump: number | undefined;
  readonly pass: number | undefined;
}

/** A text as fstab and the kernel write it in a field. */
export function field(text: string): string {
  return text.replaceAll('\\', '\\134').replaceAll(' ', '\\040');
}

/** What a line is known by. */
export function fstabKey({ source, path }: Pick<FstabLine, 'source' | 'path'>): string {
  return path === undefined ? `swap:${field(source)}` : field(path);
}

/** There are no more lines than one that could be the one. */
export function oneLineStep(line: Pick<FstabLine, 'source' | 'path'>): Step {
  return requires(`one line of ${line.path ?? line.source} in ${path}`, {
    uses: [lines],
    test: builtins`! ts_has ${`twice:${fstabKey(line)}`} ${lines.output}`,
    otherwise: `${path} has several lines for ${line.path ?? line.source}; leave one of them`,
    later: true,
  });
}

/** The line stands in fstab, once; all others stay as they are, byte for byte. */
export function fstabSteps(line: FstabLine): readonly Step[] {
  const key = fstabKey(line);
  const { options, dump, pass } = line;
  const fields = [field(line.source), line.path === undefined ? 'none' : key, line.type];
  const rest = [options === undefined ? undefined : field(options), dump, pass];
  const last = rest.findLastIndex((one) => one !== undefined);
  const want = [...fields, ...rest.slice(0, last + 1).map((one) => one ?? '…')].join(' ');
  const declared = [options === undefined ? '' : field(options), dump ?? '', pass ?? ''].map(String);
  const [wantOptions = '', wantDump = '', wantPass = ''] = declared;
  const same = (given: string, found: Sh): Sh => (given === '' ? sh`:` : sh`[ ${found} = ${given} ]`);
  const what = `the line of ${line.path ?? line.source} in ${path}`;
  return [
    present(path, {
      test: builtins`[ -e ${path} ]`,
      create: sh`: >${path}`,
      remove: sh`[ -s ${path} ] || rm ${path}`,
      lifetime: 'disk',
    }),
    value(what, {
      uses: [lines],
      read: reading(builtins`if ! ts_find ${key} ${lines.output}; then return 0; fi
ts_found=\${TS_LINE#*"$TS_TAB"}
# shellcheck disable=SC2086 # splitting is the point
set -- $ts_found
if [ "$1" = ${fields[0] ?? ''} ] && [ "$3" = ${line.type} ] && ${same(wantOptions, sh`"\${4:-defaults}"`)} &&
  ${same(wantDump, sh`"\${5:-0}"`)} && ${same(wantPass, sh`"\${6:-0}"`)}; then ts_found=${want}; fi
ts_say "$ts_found"`),
      want,
      write: sh`new=$1
if [ "$new" != ${want} ]; then set -- '' '' '' '' '' ''; else set -- ${[...fields, ...declared]}; fi
${written(key)}`,
      lifetime: 'disk',
    }),
  ];
}

/** No such line, and no second one. They come back, with an undo, where they stood. */
export function noFstabStep(line: Pick<FstabLine, 'source' | 'path'>): Step {
  const key = fstabKey(line);
  return absent(`the line of ${line.path ?? line.source} in ${path}`, {
    uses: [lines],
    test: builtins`ts_has ${key} ${lines.output}`,
    remove: sh`new=''
set -- '' '' '' '' '' ''
${written(key)}`,
    save: sh`KEY=${key} awk ${`${keyFunction}
key_of() == ENVIRON["KEY"] { print NR " " $0 }`} ${path}`,
    create: sh`new=$1
set -- '' '' '' '' '' ''
${written(key, restoring)}`,
    lifetime: 'disk',
  });
}

/**
 * Replaces the line of that key by `$new`, or takes it away where that is empty. A new one comes last.
 * The fields `$1` to `$6` say what is declared, where `$new` does not stand there as it is.
 */
function written(key: string, by: string = program): Sh {
  return sh`file=$(readlink -f ${path}) || exit
# A last line without an end stays one: what is taken back leaves no trace.
end=yes
[ ! -s "$file" ] || [ -z "$(tail -c 1 "$file")" ] || end=no
# shellcheck disable=SC2317 # ts_file_put calls it
ffstab() {
  KEY=${key} NEW=$new END=$end F1=$f1 F2=$f2 F3=$f3 F4=$f4 F5=$f5 F6=$f6 awk ${by}
}
f1=$1 f2=$2 f3=$3 f4=$4 f5=$5 f6=$6
( ts_file_put fstab "$file" '' '' ) || exit
[ ! -d /run/systemd/system ] || systemctl daemon-reload`;
}

const telling = `
function tell(text) { if (told) print before; before = text; told = 1 }
function end() {
  if (!told) exit
  if (ENVIRON["END"] == "no") printf "%s", before
  else print before
}`;

const program = `${keyFunction}${telling}
function given(name, now, otherwise) {
  if (ENVIRON[name] != "") return ENVIRON[name]
  return now != "" ? now : otherwise
}
function line() {
  if (ENVIRON["F1"] == "") return ENVIRON["NEW"]
  return ENVIRON["F1"] " " ENVIRON["F2"] " " ENVIRON["F3"] " " options " " dump " " pass
}
BEGIN { key = ENVIRON["KEY"]; options = given("F4", "", "defaults"); dump = given("F5", "", "0"); pass = given("F6", "", "0") }
key_of() == key {
  if (done || ENVIRON["NEW"] == "") next
  options = given("F4", $4, "defaults"); dump = given("F5", $5, "0"); pass = given("F6", $6, "0")
  tell(line()); done = 1
  next
}
{ tell($0) }
END {
  if (!done && ENVIRON["NEW"] != "") tell(line())
  end()
}`;

/** Lines that were taken away, each behind its number. */
const restoring = `${telling}
function put(all) {
  while (i < n && (all || line[i + 1] + 0 == out + 1)) {
    i++; out++
    tell(substr(line[i], index(line[i], " ") + 1))
  }
}
BEGIN { n = split(ENVIRON["NEW"], line, /\\n/) }
{ put(); tell($0); out++ }
END { put(1); end() }`;
